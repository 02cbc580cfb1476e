package io.meshkit.domain.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.meshkit.domain.kernel.Tokens.Opened;
import io.meshkit.domain.kernel.Tokens.Purpose;
import io.meshkit.storage.WriteBatch;
import io.meshkit.storage.memory.MemoryStore;
import io.meshkit.v1.QuorumKeyRow;
import java.util.Base64;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class TokensTest {
    private static final byte[] HASH = {1, 2, 3, 4, 5, 6, 7, 8};
    private static final byte[] OTHER_HASH = {1, 2, 3, 4, 5, 6, 7, 9};

    private static Tokens of(int key, String cluster) {
        MemoryStore store = MemoryStore.create(Tables.ALL);
        byte[] bytes = new byte[Tokens.KEY_BYTES];
        bytes[31] = (byte) key;
        QuorumKeyRow row = QuorumKeyRow.newBuilder()
                .setKey(ByteString.copyFrom(bytes))
                .setClusterId(cluster)
                .build();
        store.write(new WriteBatch().put(Tables.META, Tokens.keyRow(), row.toByteArray()));
        return Tokens.of(store);
    }

    @Property(tries = 200)
    void seal_thenOpen_givesBack(@ForAll long revision, @ForAll @Size(max = 300) byte[] place) {
        Tokens tokens = of(1, "c");
        String token = tokens.seal(Purpose.CURSOR, revision, HASH, place);
        assertThat(of(1, "c").open(token, Purpose.CURSOR, HASH)).isInstanceOfSatisfying(Opened.Valid.class, valid -> {
            assertThat(valid.revision()).isEqualTo(revision);
            assertThat(valid.place()).isEqualTo(place);
        });
    }

    @Property(tries = 300)
    void anyChangedBit_isNoticed(@ForAll @IntRange(max = 50) int at, @ForAll @IntRange(max = 7) int bit) {
        Tokens tokens = of(1, "c");
        byte[] token = Base64.getUrlDecoder().decode(tokens.seal(Purpose.RESUME, 77, HASH, new byte[10]));
        token[at % token.length] ^= (byte) (1 << bit);
        Opened opened =
                tokens.open(Base64.getUrlEncoder().withoutPadding().encodeToString(token), Purpose.RESUME, HASH);
        assertThat(opened).isNotInstanceOf(Opened.Valid.class);
    }

    @Test
    void open_whatDoesNotHold_saysWhy() {
        Tokens tokens = of(1, "c");
        String token = tokens.seal(Purpose.RESUME, 5, HASH, new byte[0]);

        assertThat(tokens.open(token, Purpose.RESUME, OTHER_HASH)).isInstanceOf(Opened.Other.class);
        assertThat(tokens.open(token, Purpose.CURSOR, HASH)).isInstanceOf(Opened.Forged.class);
        assertThat(of(2, "c").open(token, Purpose.RESUME, HASH)).isInstanceOf(Opened.Foreign.class);
        assertThat(of(1, "d").open(token, Purpose.RESUME, HASH)).isInstanceOf(Opened.Foreign.class);
        for (String text : new String[] {"", "x", "=", "ü", "A".repeat(5_000), token + "A", token.substring(4)}) {
            assertThat(tokens.open(text, Purpose.RESUME, HASH)).as(text).isNotInstanceOf(Opened.Valid.class);
        }
    }
}

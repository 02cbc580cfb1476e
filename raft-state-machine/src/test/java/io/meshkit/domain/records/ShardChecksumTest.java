package io.meshkit.domain.records;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshkit.v1.RecordMeta;
import io.meshkit.v1.Shard;
import io.meshkit.v1.ShardStatus;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.openhft.hashing.LongHashFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShardChecksumTest {
    /** Published vectors of XXH64 with seed 0. */
    @ParameterizedTest
    @CsvSource({
        "'', EF46DB3751D8E999",
        "a, D24EC4F1A98C6E5B",
        "abc, 44BC2CF5AD770999",
        "Nobody inspects the spammish repetition, FBCEA83C8A378BF1"
    })
    void xxHash64_knownVectors(String text, String expected) {
        assertThat(String.format("%016X", XxHash64.hash(text.getBytes(StandardCharsets.UTF_8))))
                .isEqualTo(expected);
    }

    @Property
    void xxHash64_agreesWithAnIndependentImplementation(@ForAll byte[] input) {
        assertThat(XxHash64.hash(input)).isEqualTo(LongHashFunction.xx().hashBytes(input));
    }

    @Test
    void of_isOverTheNamedFieldsInOrder() {
        Shard shard = Shard.newBuilder()
                .setNamespace("orders")
                .setShardId("s-1")
                .setStrategyId("rendezvous")
                .setOwnerNodeId("node-a")
                .setCapacityHint(1)
                .setStatus(ShardStatus.SHARD_STATUS_ACTIVE)
                .setMeta(RecordMeta.newBuilder().setChangeTicket("CHG-9"))
                .build();
        assertThat(ShardChecksum.text(shard)).isEqualTo("orders|s-1|rendezvous|node-a||1|1|CHG-9");
        long hash = LongHashFunction.xx()
                .hashBytes("orders|s-1|rendezvous|node-a||1|1|CHG-9".getBytes(StandardCharsets.UTF_8));
        assertThat(ShardChecksum.of(shard)).isEqualTo(String.format("%016X", hash));
    }

    /** As .NET's double.ToString("R", InvariantCulture). */
    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "1, 1",
        "-1, -1",
        "0.5, 0.5",
        "1.5, 1.5",
        "100, 100",
        "0.1, 0.1",
        "0.30000000000000004, 0.30000000000000004",
        "0.001, 0.001",
        "0.0001, 0.0001",
        "0.00012, 0.00012",
        "0.00001, 1E-05",
        "0.000012, 1.2E-05",
        "1234567890, 1234567890",
        "123456.789, 123456.789",
        "9007199254740992, 9007199254740992",
        "1e16, 10000000000000000",
        "1.5e16, 15000000000000000",
        "12345678901234567, 12345678901234568",
        "1e17, 1E+17",
        "1.5e17, 1.5E+17",
        "9.223372036854776E18, 9.223372036854776E+18",
        "1e100, 1E+100",
        "1.7976931348623157E308, 1.7976931348623157E+308",
        "4.9E-324, 5E-324",
        "1e-10, 1E-10",
        "1.25e-100, 1.25E-100"
    })
    void invariantDouble_format(double value, String expected) {
        assertThat(InvariantDouble.format(value)).isEqualTo(expected);
    }

    @Property
    void invariantDouble_readsBackAsTheSameNumber(@ForAll double value) {
        assertThat(Double.parseDouble(InvariantDouble.format(value))).isEqualTo(value);
    }
}

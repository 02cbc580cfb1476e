package io.meshkit.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;

class KeyProperties {
    /** A component of a key, with its own order. */
    sealed interface Part extends Comparable<Part> {
        void write(KeyWriter writer);

        Part read(KeyReader reader);
    }

    record Text(String value) implements Part {
        @Override
        public void write(KeyWriter writer) {
            writer.text(value);
        }

        @Override
        public Part read(KeyReader reader) {
            return new Text(reader.text());
        }

        /** By code point, which is the order of UTF-8 and not that of String. */
        @Override
        public int compareTo(Part other) {
            return Arrays.compare(
                    value.codePoints().toArray(),
                    ((Text) other).value.codePoints().toArray());
        }
    }

    record Number(long value) implements Part {
        @Override
        public void write(KeyWriter writer) {
            writer.number(value);
        }

        @Override
        public Part read(KeyReader reader) {
            return new Number(reader.number());
        }

        @Override
        public int compareTo(Part other) {
            return Long.compareUnsigned(value, ((Number) other).value);
        }
    }

    record Blob(List<Byte> value) implements Part {
        @Override
        public void write(KeyWriter writer) {
            writer.bytes(array(value));
        }

        @Override
        public Part read(KeyReader reader) {
            return new Blob(list(reader.bytes()));
        }

        @Override
        public int compareTo(Part other) {
            return Arrays.compareUnsigned(array(value), array(((Blob) other).value));
        }
    }

    record Tag(int value) implements Part {
        @Override
        public void write(KeyWriter writer) {
            writer.tag(value);
        }

        @Override
        public Part read(KeyReader reader) {
            return new Tag(reader.tag());
        }

        @Override
        public int compareTo(Part other) {
            return Integer.compare(value, ((Tag) other).value);
        }
    }

    @Property(tries = 2_000)
    void key_readBack_isWhatWasWritten(@ForAll("keys") List<Part> parts) {
        KeyReader reader = new KeyReader(encode(parts));
        for (Part part : parts) {
            assertThat(part.read(reader)).isEqualTo(part);
        }
        reader.end();
    }

    @Property(tries = 5_000)
    void keys_ofOneShape_orderAsTheirComponents(@ForAll("pairs") List<List<Part>> pair) {
        List<Part> a = pair.get(0);
        List<Part> b = pair.get(1);
        int order = 0;
        for (int i = 0; i < a.size() && order == 0; i++) {
            order = a.get(i).compareTo(b.get(i));
        }
        assertThat(Integer.signum(Keys.compare(encode(a), encode(b)))).isEqualTo(Integer.signum(order));
    }

    @Property
    void textPrefix_bounds_holdExactlyTheTextsThatStartSo(
            @ForAll("texts") Text prefix, @ForAll("texts") Text text, @ForAll long rest) {
        byte[] from = new KeyWriter().tag(7).textPrefix(prefix.value).toBytes();
        byte[] to = Keys.prefixEnd(from);
        byte[] key = new KeyWriter().tag(7).text(text.value).number(rest).toBytes();

        boolean inside = Keys.compare(key, from) >= 0 && Keys.compare(key, to) < 0;
        assertThat(inside).isEqualTo(text.value.startsWith(prefix.value));
    }

    @Property
    void prefixEnd_bounds_holdExactlyTheExtensions(@ForAll("blobs") Blob prefixBytes, @ForAll("blobs") Blob keyBytes) {
        byte[] prefix = array(prefixBytes.value);
        byte[] key = array(keyBytes.value);
        byte[] end = Keys.prefixEnd(prefix);

        boolean inside = Keys.compare(key, prefix) >= 0 && (end == null || Keys.compare(key, end) < 0);
        boolean extension =
                key.length >= prefix.length && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
        assertThat(inside).isEqualTo(extension);
    }

    @Property
    void after_key_isTheNextOne(@ForAll("blobs") Blob keyBytes, @ForAll("blobs") Blob otherBytes) {
        byte[] key = array(keyBytes.value);
        byte[] other = array(otherBytes.value);
        Assume.that(Keys.compare(other, key) > 0);

        assertThat(Keys.compare(Keys.after(key), key)).isPositive();
        assertThat(Keys.compare(Keys.after(key), other)).isLessThanOrEqualTo(0);
    }

    @Property
    void read_arbitraryBytes_isAKeyOrAStorageException(@ForAll @Size(max = 12) byte[] bytes) {
        KeyReader reader = new KeyReader(bytes);
        try {
            String text = reader.text();
            byte[] again = new KeyWriter().text(text).toBytes();
            assertThat(bytes).startsWith(again);
        } catch (StorageException expected) {
            assertThat(expected).hasMessageContaining("malformed key");
        }
    }

    @Provide
    Arbitrary<List<Part>> keys() {
        return part().list().ofMinSize(0).ofMaxSize(4);
    }

    /** Two keys of the same kinds of components, often with equal ones, as neighbours in a table are. */
    @Provide
    Arbitrary<List<List<Part>>> pairs() {
        return Arbitraries.integers()
                .between(0, 3)
                .list()
                .ofMinSize(1)
                .ofMaxSize(3)
                .flatMap(kinds -> {
                    Arbitrary<List<Part>> key = Combinators.combine(
                                    kinds.stream().map(this::part).toList())
                            .as(parts -> parts);
                    return Combinators.combine(key, key, Arbitraries.integers().between(0, 3))
                            .as((a, b, shared) -> List.of(a, share(a, b, shared)));
                });
    }

    private static List<Part> share(List<Part> a, List<Part> b, int shared) {
        List<Part> parts = new ArrayList<>(b);
        for (int i = 0; i < Math.min(shared, parts.size()); i++) {
            parts.set(i, a.get(i));
        }
        return parts;
    }

    private Arbitrary<Part> part() {
        return Arbitraries.integers().between(0, 3).flatMap(this::part);
    }

    private Arbitrary<Part> part(int kind) {
        return switch (kind) {
            case 0 -> texts().map(text -> text);
            case 1 -> Arbitraries.longs().map(Number::new);
            case 2 -> blobs().map(blob -> blob);
            default -> Arbitraries.integers().between(0, 255).map(Tag::new);
        };
    }

    @Provide
    Arbitrary<Text> texts() {
        return Arbitraries.of("\0", "\u0001", "a", "b", "é", "\uFFFD", "\uD83D\uDE00", "\u00FF")
                .list()
                .ofMaxSize(4)
                .map(parts -> new Text(String.join("", parts)));
    }

    @Provide
    Arbitrary<Blob> blobs() {
        return Arbitraries.of((byte) 0, (byte) 1, (byte) 0x7F, (byte) 0x80, (byte) 0xFE, (byte) 0xFF)
                .list()
                .ofMaxSize(4)
                .map(Blob::new);
    }

    private static byte[] encode(List<Part> parts) {
        KeyWriter writer = new KeyWriter();
        parts.forEach(part -> part.write(writer));
        return writer.toBytes();
    }

    private static byte[] array(List<Byte> bytes) {
        byte[] array = new byte[bytes.size()];
        for (int i = 0; i < array.length; i++) {
            array[i] = bytes.get(i);
        }
        return array;
    }

    private static List<Byte> list(byte[] array) {
        List<Byte> list = new ArrayList<>();
        for (byte b : array) {
            list.add(b);
        }
        return list;
    }
}

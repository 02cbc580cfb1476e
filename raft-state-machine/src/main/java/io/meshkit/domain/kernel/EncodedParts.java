package io.meshkit.domain.kernel;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;

/**
 * Messages put together from parts that have been encoded already.
 *
 * <p>A record stands in its own row, in the journal and in the answer. Encoding it once and copying its bytes costs a
 * fraction of encoding it three times. The result is byte for byte what {@link Bytes#of} makes of the whole, as long
 * as the parts are put in order of their field numbers.
 */
final class EncodedParts {
    private EncodedParts() {}

    /** Bytes that a field of a length takes with its tag. */
    static int size(int field, int contentBytes) {
        return CodedOutputStream.computeTagSize(field)
                + CodedOutputStream.computeUInt32SizeNoTag(contentBytes)
                + contentBytes;
    }

    /** Writes the tag and the length of a field whose content follows. */
    static void begin(CodedOutputStream out, int field, int contentBytes) throws IOException {
        out.writeTag(field, WireFormat.WIRETYPE_LENGTH_DELIMITED);
        out.writeUInt32NoTag(contentBytes);
    }

    static void write(CodedOutputStream out, int field, byte[] content) throws IOException {
        begin(out, field, content.length);
        out.writeRawBytes(content);
    }

    /** A message of one field, followed by the encoded fields of higher numbers. */
    static byte[] fieldThen(int field, byte[] content, byte[] higher) {
        byte[] whole = new byte[size(field, content.length) + higher.length];
        CodedOutputStream out = CodedOutputStream.newInstance(whole);
        try {
            write(out, field, content);
            out.writeRawBytes(higher);
        } catch (IOException e) {
            throw new IllegalStateException("writing to an array of the right size", e);
        }
        out.checkNoSpaceLeft();
        return whole;
    }
}

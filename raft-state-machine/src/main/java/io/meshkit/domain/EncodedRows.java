package io.meshkit.domain;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnsafeByteOperations;
import com.google.protobuf.WireFormat;
import io.meshkit.storage.StorageException;
import io.meshkit.v1.RecordMeta;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.List;

/**
 * The record of an answer, or the records of a list's, as they are stored. A row's bytes are what the answer is to hold:
 * parsing a thousand records and writing them anew costs ten times as much as copying them.
 *
 * <p>Immutable, if nobody writes to the rows.
 *
 * @param field of the answer, a message with a {@code meta}; repeated unless there is one row
 */
public record EncodedRows(FieldDescriptor field, List<Row> rows) {
    /**
     * One record.
     *
     * @param key   of its row, which names it among all records
     * @param bytes of its row
     */
    public record Row(byte[] key, byte[] bytes) {}

    /**
     * The answer with the records as fields that it does not know: on the wire it is the same as {@link #whole}, in
     * memory nobody sees them.
     */
    public Message inWireForm(Message answer) {
        UnknownFieldSet.Field.Builder values = UnknownFieldSet.Field.newBuilder();
        rows.forEach(row -> values.addLengthDelimited(UnsafeByteOperations.unsafeWrap(row.bytes())));
        return answer.toBuilder()
                .setUnknownFields(UnknownFieldSet.newBuilder()
                        .addField(field.getNumber(), values.build())
                        .build())
                .build();
    }

    /**
     * The answer with its records.
     *
     * @throws StorageException if a row is not what was written
     */
    Message whole(Message answer) {
        try {
            return answer.getParserForType().parseFrom(inWireForm(answer).toByteString());
        } catch (InvalidProtocolBufferException e) {
            throw new StorageException("an unreadable row", e);
        }
    }

    /** Adds what tells this list of records from any other, in any state: which they are, and when each was written. */
    public void identify(MessageDigest digest) {
        int meta = metaField();
        for (Row row : rows) {
            digest.update(row.key());
            long revision = modRevision(row.bytes(), meta);
            for (int shift = 56; shift >= 0; shift -= 8) {
                digest.update((byte) (revision >>> shift));
            }
        }
    }

    /** Of the one record: the revision at which it was written last. */
    public long modRevision() {
        if (rows.size() != 1) {
            throw new IllegalStateException("of " + rows.size() + " records");
        }
        return modRevision(rows.getFirst().bytes(), metaField());
    }

    private int metaField() {
        return field.getMessageType().findFieldByName("meta").getNumber();
    }

    /** Of the whole record nothing else is parsed. */
    private static long modRevision(byte[] row, int metaField) {
        try {
            CodedInputStream in = CodedInputStream.newInstance(row);
            if (!seek(in, metaField)) {
                return 0;
            }
            in.pushLimit(in.readRawVarint32());
            return seek(in, RecordMeta.MOD_REVISION_FIELD_NUMBER) ? in.readInt64() : 0;
        } catch (IOException e) {
            throw new StorageException("an unreadable row", e);
        }
    }

    /** Reads on until behind the tag of the field; false: there is none. */
    private static boolean seek(CodedInputStream in, int field) throws IOException {
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (WireFormat.getTagFieldNumber(tag) == field) {
                return true;
            }
            in.skipField(tag);
        }
        return false;
    }
}

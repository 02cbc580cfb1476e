package io.meshkit.domain.kernel;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Message;
import io.meshkit.v1.RecordChange;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One record's change, as a message and as the bytes that it takes in the journal.
 *
 * @param change what a watcher sees
 * @param head   the encoded kind and name, which come first
 * @param field  of {@code RegistryRecord}: which kind of record
 * @param before the record's row before, or null if there was none
 * @param after  the record's row after, or null if there is none
 */
record EncodedChange(RecordChange change, byte[] head, int field, byte @Nullable [] before, byte @Nullable [] after) {

    static <T extends Message> EncodedChange of(
            RecordRef<T> ref,
            @Nullable T before,
            byte @Nullable [] beforeRow,
            @Nullable T after,
            byte @Nullable [] row) {
        RecordKind<T> kind = ref.kind();
        RecordChange.Builder change =
                RecordChange.newBuilder().setKind(kind.name()).setName(ref.name());
        byte[] head = Bytes.of(change.build());
        int field = 0;
        if (before != null) {
            change.setBefore(kind.wrap(before));
            field = change.getBefore().getRecordCase().getNumber();
        }
        if (after != null) {
            change.setAfter(kind.wrap(after));
            field = change.getAfter().getRecordCase().getNumber();
        }
        return new EncodedChange(change.build(), head, field, beforeRow, row);
    }

    static List<RecordChange> messages(List<EncodedChange> changes) {
        return changes.stream().map(EncodedChange::change).toList();
    }

    /** Whether it left, or removed, just this row. */
    boolean endsWith(byte[] row) {
        return Arrays.equals(after == null ? before : after, row);
    }

    /** Of the whole change, without the tag and length that come before it. */
    int size() {
        return head.length
                + side(RecordChange.BEFORE_FIELD_NUMBER, before)
                + side(RecordChange.AFTER_FIELD_NUMBER, after);
    }

    void writeTo(CodedOutputStream out) throws IOException {
        out.writeRawBytes(head);
        write(out, RecordChange.BEFORE_FIELD_NUMBER, before);
        write(out, RecordChange.AFTER_FIELD_NUMBER, after);
    }

    private int side(int side, byte @Nullable [] record) {
        return record == null ? 0 : EncodedParts.size(side, EncodedParts.size(field, record.length));
    }

    private void write(CodedOutputStream out, int side, byte @Nullable [] record) throws IOException {
        if (record != null) {
            EncodedParts.begin(out, side, EncodedParts.size(field, record.length));
            EncodedParts.write(out, field, record);
        }
    }
}

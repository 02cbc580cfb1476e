package io.meshkit.domain.kernel;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.FieldMask;
import com.google.protobuf.Message;
import java.util.List;

/** Update masks: which fields of a request's record to take. */
public final class FieldMasks {
    private FieldMasks() {}

    /** @param allowed the paths that may be named, in the order in which an error lists them */
    public static void check(Check check, String record, FieldMask mask, List<String> allowed) {
        check.that(
                mask.getPathsCount() > 0,
                "updateMask",
                "the update mask is empty",
                "name the fields of " + record + " to change: " + String.join(", ", allowed));
        for (String path : mask.getPathsList()) {
            check.that(
                    allowed.contains(path),
                    "updateMask",
                    Check.shown(path) + " of " + record + " cannot be updated",
                    "allowed are " + String.join(", ", allowed));
        }
    }

    /** Copies the masked fields; one that the source leaves unset becomes unset. */
    public static void copy(FieldMask mask, Message source, Message.Builder target) {
        for (String path : mask.getPathsList()) {
            copy(List.of(path.split("\\.", -1)), source, target);
        }
    }

    private static void copy(List<String> path, Message source, Message.Builder target) {
        FieldDescriptor field = source.getDescriptorForType().findFieldByName(path.getFirst());
        if (field == null) {
            throw new IllegalStateException("an unchecked mask path: " + path);
        }
        if (path.size() > 1) {
            copy(path.subList(1, path.size()), (Message) source.getField(field), target.getFieldBuilder(field));
        } else if (field.isRepeated() ? source.getRepeatedFieldCount(field) > 0 : isSet(source, field)) {
            target.setField(field, source.getField(field));
        } else {
            target.clearField(field);
        }
    }

    private static boolean isSet(Message source, FieldDescriptor field) {
        return !field.hasPresence() || source.hasField(field);
    }
}

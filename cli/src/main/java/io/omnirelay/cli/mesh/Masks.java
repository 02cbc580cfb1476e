package io.omnirelay.cli.mesh;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.FieldMask;
import com.google.protobuf.Message;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.v1.RecordMeta;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Makes the update mask of a record: what it sets, and what was named on the command line. */
final class Masks {
    private final TreeSet<String> paths = new TreeSet<>();

    /** Starts with every field that the record sets, but its id. */
    Masks(Message record) {
        for (FieldDescriptor field : record.getAllFields().keySet()) {
            if (field.getName().equals("meta")) {
                RecordMeta meta = (RecordMeta) record.getField(field);
                add("meta.labels", meta.getLabelsCount() > 0 ? meta : null);
                add("meta.annotations", meta.getAnnotationsCount() > 0 ? meta : null);
            } else if (!field.getName().equals("id")) {
                paths.add(field.getName());
            }
        }
    }

    /** Adds the path if its option was given. */
    Masks add(String path, @Nullable Object given) {
        if (given != null) {
            paths.add(path);
        }
        return this;
    }

    /**
     * @throws RegistryException INVALID_REQUEST if nothing would change
     */
    FieldMask build() {
        if (paths.isEmpty()) {
            throw RegistryException.of(
                    ErrorCode.INVALID_REQUEST, "nothing to update", "Name at least one field, or a --file.");
        }
        return FieldMask.newBuilder().addAllPaths(paths).build();
    }
}

package io.meshkit.domain.config;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import java.util.Map;
import java.util.TreeMap;

/** JSON merge patch. Source: RFC 7396 §2. */
final class MergePatch {
    private MergePatch() {}

    /** The target with the patch applied, members in order of name. Depth is the caller's to bound. */
    static Struct apply(Struct target, Struct patch) {
        TreeMap<String, Value> members = new TreeMap<>(target.getFieldsMap());
        for (Map.Entry<String, Value> member : patch.getFieldsMap().entrySet()) {
            String name = member.getKey();
            Value value = member.getValue();
            switch (value.getKindCase()) {
                case NULL_VALUE -> members.remove(name);
                case STRUCT_VALUE -> {
                    Value current = members.get(name);
                    // What is no object is replaced by one, and the nulls inside the patch still remove.
                    Struct base = current == null ? Struct.getDefaultInstance() : current.getStructValue();
                    members.put(
                            name,
                            Value.newBuilder()
                                    .setStructValue(apply(base, value.getStructValue()))
                                    .build());
                }
                case NUMBER_VALUE, STRING_VALUE, BOOL_VALUE, LIST_VALUE, KIND_NOT_SET -> members.put(name, value);
            }
        }
        return Struct.newBuilder().putAllFields(members).build();
    }
}

package io.omnirelay.transport.openapi;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import io.meshkit.options.Annotations;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A field reached through singular messages, as the REST binding reaches it from path, query and headers. */
record FieldPath(List<FieldDescriptor> fields) {
    /** How deep the binding looks for fields to fill. */
    private static final int DEPTH_MAX = 4;

    /**
     * The field that a path template names.
     *
     * @throws IllegalArgumentException if the request has no such field
     */
    static FieldPath find(Descriptor request, String protoName) {
        List<FieldDescriptor> fields = new ArrayList<>();
        Descriptor current = request;
        for (String name : protoName.split("\\.", -1)) {
            FieldDescriptor field = current == null ? null : current.findFieldByName(name);
            if (field == null) {
                throw new IllegalArgumentException(request.getFullName() + " has no field " + protoName);
            }
            fields.add(field);
            current = isNested(field) ? field.getMessageType() : null;
        }
        return new FieldPath(List.copyOf(fields));
    }

    /**
     * The fields that a query can give, in order of declaration.
     *
     * @param taken fields that path or body give, in proto notation: they, and what is below them, are left out
     */
    static List<FieldPath> ofQuery(Descriptor request, Set<String> taken) {
        List<FieldPath> found = new ArrayList<>();
        for (FieldPath path : below(request, List.of())) {
            collectQuery(path, taken, found);
        }
        return found;
    }

    private static void collectQuery(FieldPath path, Set<String> taken, List<FieldPath> into) {
        if (taken.contains(path.protoName()) || !path.header().isEmpty()) {
            return;
        }
        if (path.takesText()) {
            into.add(path);
        } else if (isNested(path.last()) && path.fields.size() < DEPTH_MAX) {
            for (FieldPath inner : below(path.last().getMessageType(), path.fields)) {
                collectQuery(inner, taken, into);
            }
        }
    }

    /** The fields that carry option {@code (meshkit.v1.header)}; not below lists, maps and oneofs. */
    static List<FieldPath> ofHeaders(Descriptor message) {
        List<FieldPath> found = new ArrayList<>();
        for (FieldPath path : below(message, List.of())) {
            collectHeaders(path, found);
        }
        return found;
    }

    private static void collectHeaders(FieldPath path, List<FieldPath> into) {
        FieldDescriptor field = path.last();
        if (field.isRepeated() || field.getRealContainingOneof() != null) {
            return;
        }
        if (!path.header().isEmpty()) {
            into.add(path);
        } else if (isNested(field) && !path.takesText() && path.fields.size() < DEPTH_MAX) {
            for (FieldPath inner : below(field.getMessageType(), path.fields)) {
                collectHeaders(inner, into);
            }
        }
    }

    private static List<FieldPath> below(Descriptor type, List<FieldDescriptor> prefix) {
        return type.getFields().stream()
                .map(field -> new FieldPath(
                        Stream.concat(prefix.stream(), Stream.of(field)).toList()))
                .toList();
    }

    private static boolean isNested(FieldDescriptor field) {
        return field.getJavaType() == FieldDescriptor.JavaType.MESSAGE && !field.isRepeated();
    }

    FieldDescriptor last() {
        return fields.get(fields.size() - 1);
    }

    /** The header that gives or repeats the field, or empty. */
    String header() {
        return last().getOptions().getExtension(Annotations.header);
    }

    /** Whether one text can give it, or one text per element. */
    private boolean takesText() {
        return last().getJavaType() != FieldDescriptor.JavaType.MESSAGE || Schemas.isText(last().getMessageType());
    }

    String protoName() {
        return fields.stream().map(FieldDescriptor::getName).collect(Collectors.joining("."));
    }

    String jsonName() {
        return fields.stream().map(FieldDescriptor::getJsonName).collect(Collectors.joining("."));
    }

    /** The name of the query parameter: that in JSON notation, but for those of paging and watching, which are short. */
    String queryName() {
        String name = jsonName();
        boolean isShort = fields.size() == 2 && (name.startsWith("page.") || name.startsWith("watch."));
        if (name.equals("page.size")) {
            return "pageSize";
        }
        return isShort ? last().getJsonName() : name;
    }
}

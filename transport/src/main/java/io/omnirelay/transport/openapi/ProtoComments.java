package io.omnirelay.transport.openapi;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import com.google.protobuf.DescriptorProtos.SourceCodeInfo.Location;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The comments of a descriptor set that was written with its source info.
 *
 * <p>Needed beside the descriptors of generated classes because these carry no comments.
 */
public final class ProtoComments {
    /** Where the contract's own descriptor set lies on the class path. */
    public static final String RESOURCE = "META-INF/meshkit/descriptors.pb";

    private final Map<List<Integer>, String> byPath = new HashMap<>();
    private final Map<String, String> byName = new TreeMap<>();

    private ProtoComments(FileDescriptorProto file) {
        for (Location location : file.getSourceCodeInfo().getLocationList()) {
            String comment = location.getLeadingComments().isBlank()
                    ? location.getTrailingComments()
                    : location.getLeadingComments();
            if (!comment.isBlank()) {
                byPath.put(location.getPathList(), clean(comment));
            }
        }
    }

    /**
     * The comments of the contract.
     *
     * @throws UncheckedIOException if {@link #RESOURCE} is missing or damaged: the build is broken
     */
    public static Map<String, String> contract() {
        try (InputStream set = ProtoComments.class.getClassLoader().getResourceAsStream(RESOURCE)) {
            if (set == null) {
                throw new FileNotFoundException("Not on the class path: " + RESOURCE);
            }
            return read(set);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Reads a {@code FileDescriptorSet}.
     *
     * @param set left open
     * @return full name → comment, without those that have none. Names are as in {@code Descriptors}: of an enum's
     *     value {@code package.Enum.VALUE}. A file's own comment stands under the file's name
     *     ({@code meshkit/v1/peers.proto}).
     */
    public static Map<String, String> read(InputStream set) throws IOException {
        Map<String, String> comments = new TreeMap<>();
        for (FileDescriptorProto file : FileDescriptorSet.parseFrom(set).getFileList()) {
            comments.putAll(new ProtoComments(file).collect(file));
        }
        return comments;
    }

    private Map<String, String> collect(FileDescriptorProto file) {
        take(file.getName(), List.of(FileDescriptorProto.SYNTAX_FIELD_NUMBER));
        String scope = file.getPackage().isEmpty() ? "" : file.getPackage() + ".";
        for (int i = 0; i < file.getMessageTypeCount(); i++) {
            message(scope, file.getMessageType(i), List.of(FileDescriptorProto.MESSAGE_TYPE_FIELD_NUMBER, i));
        }
        for (int i = 0; i < file.getEnumTypeCount(); i++) {
            enumType(scope, file.getEnumType(i), List.of(FileDescriptorProto.ENUM_TYPE_FIELD_NUMBER, i));
        }
        for (int i = 0; i < file.getExtensionCount(); i++) {
            FieldDescriptorProto extension = file.getExtension(i);
            take(scope + extension.getName(), List.of(FileDescriptorProto.EXTENSION_FIELD_NUMBER, i));
        }
        for (int i = 0; i < file.getServiceCount(); i++) {
            service(scope, file.getService(i), List.of(FileDescriptorProto.SERVICE_FIELD_NUMBER, i));
        }
        return byName;
    }

    private void message(String scope, DescriptorProto message, List<Integer> path) {
        String name = scope + message.getName();
        take(name, path);
        for (int i = 0; i < message.getFieldCount(); i++) {
            take(name + "." + message.getField(i).getName(), below(path, DescriptorProto.FIELD_FIELD_NUMBER, i));
        }
        for (int i = 0; i < message.getNestedTypeCount(); i++) {
            message(name + ".", message.getNestedType(i), below(path, DescriptorProto.NESTED_TYPE_FIELD_NUMBER, i));
        }
        for (int i = 0; i < message.getEnumTypeCount(); i++) {
            enumType(name + ".", message.getEnumType(i), below(path, DescriptorProto.ENUM_TYPE_FIELD_NUMBER, i));
        }
        for (int i = 0; i < message.getOneofDeclCount(); i++) {
            take(
                    name + "." + message.getOneofDecl(i).getName(),
                    below(path, DescriptorProto.ONEOF_DECL_FIELD_NUMBER, i));
        }
    }

    private void enumType(String scope, EnumDescriptorProto type, List<Integer> path) {
        String name = scope + type.getName();
        take(name, path);
        for (int i = 0; i < type.getValueCount(); i++) {
            take(name + "." + type.getValue(i).getName(), below(path, EnumDescriptorProto.VALUE_FIELD_NUMBER, i));
        }
    }

    private void service(String scope, ServiceDescriptorProto service, List<Integer> path) {
        String name = scope + service.getName();
        take(name, path);
        for (int i = 0; i < service.getMethodCount(); i++) {
            take(
                    name + "." + service.getMethod(i).getName(),
                    below(path, ServiceDescriptorProto.METHOD_FIELD_NUMBER, i));
        }
    }

    private void take(String name, List<Integer> path) {
        String comment = byPath.get(path);
        if (comment != null) {
            byName.put(name, comment);
        }
    }

    private static List<Integer> below(List<Integer> path, int fieldNumber, int index) {
        return Stream.concat(path.stream(), Stream.of(fieldNumber, index)).toList();
    }

    /** Without the space after the slashes. A line that is indented further keeps its indentation. */
    private static String clean(String comment) {
        return comment.lines()
                .map(line -> line.startsWith(" ") ? line.substring(1) : line)
                .map(String::stripTrailing)
                .collect(Collectors.joining("\n"))
                .strip();
    }
}

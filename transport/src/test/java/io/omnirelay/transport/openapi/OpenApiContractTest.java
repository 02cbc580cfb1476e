package io.omnirelay.transport.openapi;

import static io.omnirelay.transport.openapi.JsonTree.at;
import static io.omnirelay.transport.openapi.JsonTree.list;
import static io.omnirelay.transport.openapi.JsonTree.object;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.api.AnnotationsProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The document of the registry's own contract. */
class OpenApiContractTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden/openapi");
    private static Object document;

    @BeforeAll
    static void read() throws IOException {
        document = JsonTree.read(ContractServices.document());
    }

    @Test
    void services_areAllOfTheContract() throws IOException {
        try (InputStream set = getClass().getClassLoader().getResourceAsStream(ProtoComments.RESOURCE)) {
            Set<String> contract = FileDescriptorSet.parseFrom(set).getFileList().stream()
                    .flatMap(file -> file.getServiceList().stream().map(s -> file.getPackage() + "." + s.getName()))
                    .collect(Collectors.toSet());
            assertThat(ContractServices.SERVICES)
                    .extracting(ServiceDescriptor::getFullName)
                    .containsExactlyInAnyOrderElementsOf(contract);
        }
    }

    @Test
    void everyBinding_isAnOperation() {
        Set<String> expected = new TreeSet<>();
        for (ServiceDescriptor service : ContractServices.SERVICES) {
            service.getMethods().forEach(verb -> {
                if (!verb.getOptions().hasExtension(AnnotationsProto.http)) {
                    return; // Over gRPC alone.
                }
                String id = service.getName() + "_" + verb.getName();
                expected.add(id);
                for (int i = 0;
                        i
                                < verb.getOptions()
                                        .getExtension(AnnotationsProto.http)
                                        .getAdditionalBindingsCount();
                        i++) {
                    expected.add(id + "_" + (i + 2));
                }
            });
        }
        List<Object> ids = new ArrayList<>();
        operations((path, operation) -> ids.add(operation.get("operationId")));
        assertThat(ids).doesNotHaveDuplicates().hasSameElementsAs(expected);
    }

    @Test
    void everyReference_resolves_andNothingIsUnused() {
        Set<String> references = new HashSet<>();
        references(document, references);
        assertThat(references).isNotEmpty().allSatisfy(reference -> JsonTree.resolve(document, reference));
        object(at(document, "components")).forEach((kind, components) -> {
            if (!kind.equals("securitySchemes")) {
                object(components)
                        .keySet()
                        .forEach(name -> assertThat(references).contains("#/components/" + kind + "/" + name));
            }
        });
    }

    @Test
    void everyPathVariable_isDeclared() {
        operations((path, operation) -> {
            List<String> inPath = new ArrayList<>();
            Matcher matcher = Pattern.compile("\\{([^}]*)}").matcher(path);
            while (matcher.find()) {
                inPath.add(matcher.group(1));
            }
            List<Object> declared = parameters(operation).stream()
                    .filter(parameter -> "path".equals(parameter.get("in")))
                    .peek(parameter -> assertThat(parameter).containsEntry("required", true))
                    .map(parameter -> parameter.get("name"))
                    .toList();
            assertThat(declared).as(path).containsExactlyElementsOf(inPath);
        });
    }

    @Test
    void parameters_areUniqueByPlaceAndName_andHaveSchemas() {
        operations((path, operation) -> {
            List<Map<String, Object>> parameters = parameters(operation);
            assertThat(parameters).allSatisfy(parameter -> assertThat(parameter).containsKey("schema"));
            assertThat(parameters.stream().map(p -> p.get("in") + " " + p.get("name")))
                    .as(path)
                    .doesNotHaveDuplicates();
        });
    }

    @Test
    void paths_differByMoreThanTheNamesOfVariables() {
        assertThat(object(at(document, "paths")).keySet().stream().map(path -> path.replaceAll("\\{[^}]*}", "{}")))
                .doesNotHaveDuplicates();
    }

    @Test
    void everyOperation_saysScopeKindAndErrors() {
        Object tags = at(document, "tags");
        operations((path, operation) -> {
            assertThat(operation.get("x-required-scope"))
                    .isIn("mesh.observe", "mesh.read", "mesh.operate", "mesh.admin");
            assertThat(operation.get("x-verb-kind")).isIn("read", "mutation", "node", "watch");
            assertThat(at(operation, "responses", "default", "$ref")).isEqualTo("#/components/responses/Problem");
            Object tag = list(operation.get("tags")).get(0);
            assertThat(list(tags)).anySatisfy(known -> {
                assertThat(object(known)).containsEntry("name", tag).containsKey("description");
            });
        });
    }

    @Test
    void queries_areForRequestsWithoutAWholeBody() {
        assertThat(names("/meshkit/shards", "get", "query"))
                .containsExactly(
                        "pageSize",
                        "cursor",
                        "namespace",
                        "ownerNodeId",
                        "statuses",
                        "search",
                        "labelSelector",
                        "orderBy");
        assertThat(names("/meshkit/peers/{id}", "patch", "query"))
                .containsExactly("options.expectedVersion", "updateMask");
        assertThat(names("/meshkit/peers", "post", "query")).isEmpty();
    }

    @Test
    void headers_areThoseOfTheContract() {
        assertThat(names("/meshkit/peers/{id}:cordon", "post", "header"))
                .containsExactly(
                        "idempotency-key",
                        "x-meshkit-reason",
                        "x-meshkit-change-ticket",
                        "x-meshkit-dry-run",
                        "if-match",
                        "x-meshkit-fencing-scope",
                        "x-meshkit-fencing-token",
                        "x-meshkit-request-approval",
                        "x-meshkit-approval");
        assertThat(object(at(document, "paths", "/meshkit/peers/{id}", "get", "responses", "200", "headers")))
                .containsOnlyKeys(
                        "etag",
                        "x-meshkit-consistency",
                        "x-meshkit-node",
                        "x-meshkit-revision",
                        "x-meshkit-role",
                        "x-meshkit-staleness");
    }

    @Test
    void readsWithAnEntityTag_areConditional() {
        assertThat(names("/meshkit/peers/{id}", "get", "header")).contains("if-none-match");
        assertThat(object(at(document, "paths", "/meshkit/peers/{id}", "get", "responses")))
                .containsKey("304");
        assertThat(object(at(document, "paths", "/meshkit/peers/{id}", "patch", "responses")))
                .doesNotContainKey("304");
        assertThat(names("/meshkit/peers", "get", "header")).contains("if-none-match");
        assertThat(names("/meshkit/quorum", "get", "header")).doesNotContain("if-none-match");
    }

    @Test
    void document_isTheSame_whateverTheOrderOfServices() {
        List<ServiceDescriptor> reversed = new ArrayList<>(ContractServices.SERVICES);
        Collections.reverse(reversed);
        assertThat(OpenApi.document("MeshKit Registry", "1.2.3", reversed, ProtoComments.contract()))
                .isEqualTo(ContractServices.document());
    }

    @ParameterizedTest
    @CsvSource({
        "path-peer.json, paths /meshkit/peers/{id}",
        "path-peer-cordon.json, paths /meshkit/peers/{id}:cordon",
        "path-shards.json, paths /meshkit/shards",
        "path-config.json, paths /meshkit/config/{name}",
        "schema-shard.json, components schemas meshkit.v1.Shard",
        "schema-peer-admin-state.json, components schemas meshkit.v1.PeerAdminState",
        "schema-registry-record.json, components schemas meshkit.v1.RegistryRecord",
        "schema-problem.json, components schemas Problem",
        "security.json, components securitySchemes",
    })
    void part_isAsInItsGolden(String file, String place) throws IOException {
        byte[] actual = Json.write(at(document, place.split(" ")));
        Path golden = GOLDEN.resolve(file);
        if (Boolean.getBoolean("golden.write")) {
            Files.write(golden, actual);
        }
        assertThat(new String(actual, StandardCharsets.UTF_8))
                .as("%s; -Dtest.jvm.args=-Dgolden.write=true writes it anew", golden)
                .isEqualTo(Files.readString(golden));
    }

    private static List<String> names(String path, String method, String in) {
        return parameters(object(at(document, "paths", path, method))).stream()
                .filter(parameter -> in.equals(parameter.get("in")))
                .map(parameter -> (String) parameter.get("name"))
                .toList();
    }

    private static List<Map<String, Object>> parameters(Map<String, Object> operation) {
        return list(operation.getOrDefault("parameters", List.of())).stream()
                .map(parameter -> {
                    Object reference = object(parameter).get("$ref");
                    return object(reference == null ? parameter : JsonTree.resolve(document, (String) reference));
                })
                .toList();
    }

    private static void operations(BiConsumer<String, Map<String, Object>> each) {
        Set<String> methods = new HashSet<>(Arrays.asList("get", "put", "post", "patch", "delete"));
        object(at(document, "paths"))
                .forEach((path, item) -> object(item).forEach((method, operation) -> {
                    assertThat(methods).contains(method);
                    each.accept(path, object(operation));
                }));
    }

    private static void references(Object tree, Set<String> into) {
        if (tree instanceof Map<?, ?> map) {
            map.forEach((name, value) -> {
                if (name.equals("$ref")) {
                    into.add((String) value);
                } else {
                    references(value, into);
                }
            });
        } else if (tree instanceof List<?> values) {
            values.forEach(value -> references(value, into));
        }
    }
}

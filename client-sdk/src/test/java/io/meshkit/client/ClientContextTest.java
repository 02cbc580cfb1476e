package io.meshkit.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshkit.api.RegistryException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClientContextTest {
    @TempDir
    Path directory;

    private ClientContext context() {
        return new ClientContext(
                "local",
                "c0ffee00-0000-4000-8000-000000000000",
                List.of(new Endpoint("node-1", "127.0.0.1", 9440, 9441), new Endpoint("node-2", "::1", 9450, 9451)),
                directory.resolve("tls/ca.pem"),
                directory.resolve("tls/admin.pem"),
                directory.resolve("tls/admin.key"),
                directory.resolve("admin.token"));
    }

    @Test
    void load_whatToYamlWrote_isTheSame() throws Exception {
        Files.writeString(directory.resolve("client.yaml"), context().toYaml(directory));
        assertThat(ClientContext.load(directory)).isEqualTo(context());
        assertThat(ClientContext.load(directory.resolve("client.yaml"))).isEqualTo(context());
    }

    @Test
    void load_transport_isRead() throws Exception {
        Path file = directory.resolve("client.yaml");
        for (TransportMode mode : TransportMode.values()) {
            ClientContext written =
                    new ClientContext("local", "id", context().endpoints(), null, null, null, null, mode);
            Files.writeString(file, written.toYaml(directory));
            assertThat(ClientContext.load(file)).isEqualTo(written);
        }
        Files.writeString(file, context().toYaml(directory) + "transport: grpc-h3\n");
        assertThat(ClientContext.load(file).transport()).isEqualTo(TransportMode.HTTP3);
        Files.writeString(file, context().toYaml(directory) + "transport: pigeon\n");
        assertThatThrownBy(() -> ClientContext.load(file))
                .hasMessageContaining("auto, http3, http2, grpc, grpc-h3: pigeon");
    }

    @Test
    void load_unknownKey_isNamed() throws Exception {
        Path file = directory.resolve("client.yaml");
        Files.writeString(file, context().toYaml(directory) + "certificat: x\n");
        assertThatThrownBy(() -> ClientContext.load(file))
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining("certificat");
    }

    @Test
    void load_missingFile_isInvalid() {
        assertThatThrownBy(() -> ClientContext.load(directory.resolve("none.yaml")))
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining("none.yaml");
    }

    @Test
    void load_malformed_namesTheLine() throws Exception {
        Path file = directory.resolve("client.yaml");
        Files.writeString(file, "apiVersion: meshkit.io/v1\nkind: [\n");
        assertThatThrownBy(() -> ClientContext.load(file)).hasMessageContaining("line 3");
    }
}

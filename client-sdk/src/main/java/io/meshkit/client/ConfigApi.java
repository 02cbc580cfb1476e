package io.meshkit.client;

import com.google.protobuf.Struct;
import io.meshkit.v1.ConfigDocument;
import io.meshkit.v1.ConfigMutationResponse;
import io.meshkit.v1.ConfigServiceGrpc;
import io.meshkit.v1.DeleteConfigRequest;
import io.meshkit.v1.GetConfigRequest;
import io.meshkit.v1.ListConfigRequest;
import io.meshkit.v1.MutationOptions;
import io.meshkit.v1.PatchConfigRequest;
import java.util.stream.Stream;

/** The verbs of config documents. */
public final class ConfigApi {
    private final MeshKitClient client;

    ConfigApi(MeshKitClient client) {
        this.client = client;
    }

    public ConfigDocument get(String name) {
        return client.call(
                        ConfigServiceGrpc.getGetConfigMethod(),
                        GetConfigRequest.newBuilder().setName(name).build())
                .getConfig();
    }

    /** All that match, in order of name, fetched page by page. */
    public Stream<ConfigDocument> list(ListConfigRequest request) {
        return client.pages(ConfigServiceGrpc.getListConfigMethod(), request).records(ConfigDocument.class);
    }

    /** Applies a JSON merge patch. */
    public ConfigMutationResponse patch(String name, Struct patch, MutationOptions options) {
        return client.call(
                ConfigServiceGrpc.getPatchConfigMethod(),
                PatchConfigRequest.newBuilder()
                        .setName(name)
                        .setPatch(patch)
                        .setOptions(options)
                        .build());
    }

    public ConfigMutationResponse delete(String name, MutationOptions options) {
        return client.call(
                ConfigServiceGrpc.getDeleteConfigMethod(),
                DeleteConfigRequest.newBuilder()
                        .setName(name)
                        .setOptions(options)
                        .build());
    }
}

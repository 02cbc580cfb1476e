package io.meshkit.jepsen.workload;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonPrimitive;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.jepsen.client.NodeClient;
import io.meshkit.v1.ConfigDocument;
import io.meshkit.v1.ConfigServiceGrpc;
import io.meshkit.v1.GetConfigRequest;
import io.meshkit.v1.GetConfigResponse;
import io.meshkit.v1.ListConfigRequest;
import io.meshkit.v1.ListConfigResponse;
import io.meshkit.v1.MutationOptions;
import io.meshkit.v1.PatchConfigRequest;
import io.meshkit.v1.RegistryRecord;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Registers as config documents: key k is document {@code jepsen.k}, and its value is the member {@code v}. */
final class Documents {
    static final String PREFIX = "jepsen.";
    private static final String MEMBER = "v";
    private static final int PAGE_SIZE = 500;

    private Documents() {}

    /** The document, or null if there is none. */
    static @Nullable GetConfigResponse get(NodeClient client, String key) {
        try {
            return client.call(
                    ConfigServiceGrpc.getGetConfigMethod(),
                    GetConfigRequest.newBuilder().setName(PREFIX + key).build());
        } catch (RegistryException e) {
            if (e.code() == ErrorCode.NOT_FOUND) {
                return null;
            }
            throw e;
        }
    }

    static PatchConfigRequest patch(String key, JsonElement value, MutationOptions options) {
        return PatchConfigRequest.newBuilder()
                .setOptions(options)
                .setName(PREFIX + key)
                .setPatch(Struct.newBuilder()
                        .putFields(
                                MEMBER,
                                Value.newBuilder()
                                        .setNumberValue(value.getAsLong())
                                        .build()))
                .build();
    }

    /** Null if there is no document. */
    static JsonElement value(@Nullable ConfigDocument document) {
        if (document == null) {
            return JsonNull.INSTANCE;
        }
        Value value = document.getDocument().getFieldsOrDefault(MEMBER, Value.getDefaultInstance());
        if (value.hasNumberValue()) {
            return new JsonPrimitive((long) value.getNumberValue());
        }
        return new JsonPrimitive(document.getDocument().toString()); // Not a register, but the same everywhere.
    }

    /** As registers in audit and state. */
    static final Records RECORDS = new Records() {
        @Override
        public boolean areJudged() {
            return true;
        }

        @Override
        public @Nullable String key(String kind, String name) {
            return kind.equals("config") && name.startsWith(PREFIX) ? name.substring(PREFIX.length()) : null;
        }

        @Override
        public JsonElement value(RegistryRecord record) {
            return Documents.value(record.getConfig());
        }

        @Override
        public List<RegistryRecord> all(Reader reader) {
            List<RegistryRecord> found = new ArrayList<>();
            ListConfigRequest.Builder request = ListConfigRequest.newBuilder();
            request.getPageBuilder().setSize(PAGE_SIZE);
            ListConfigResponse page;
            do {
                page = reader.call(ConfigServiceGrpc.getListConfigMethod(), request.build());
                page.getConfigsList()
                        .forEach(config -> found.add(
                                RegistryRecord.newBuilder().setConfig(config).build()));
                request.getPageBuilder().setCursor(page.getNextCursor());
            } while (!page.getNextCursor().isEmpty());
            return found;
        }
    };
}

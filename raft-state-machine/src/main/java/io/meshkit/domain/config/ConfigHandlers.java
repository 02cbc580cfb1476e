package io.meshkit.domain.config;

import static io.meshkit.domain.records.ConfigKind.CONFIG;

import com.google.protobuf.Struct;
import io.meshkit.domain.kernel.Check;
import io.meshkit.domain.kernel.CommandHandler;
import io.meshkit.domain.kernel.Decision;
import io.meshkit.domain.kernel.RecordHandler;
import io.meshkit.domain.kernel.Work;
import io.meshkit.domain.records.ConfigKind;
import io.meshkit.v1.ConfigDocument;
import io.meshkit.v1.ConfigMutationResponse;
import io.meshkit.v1.DeleteConfigRequest;
import io.meshkit.v1.PatchConfigRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The verbs on config documents. */
public final class ConfigHandlers {
    private ConfigHandlers() {}

    public static List<CommandHandler<?>> all() {
        return List.of(
                RecordHandler.creating(
                        CONFIG,
                        PatchConfigRequest.getDefaultInstance(),
                        ConfigMutationResponse.getDefaultInstance(),
                        request -> CONFIG.refOrMesh(request.getName()),
                        ConfigHandlers::checkPatch,
                        ConfigHandlers::patch),
                RecordHandler.changing(
                        CONFIG,
                        DeleteConfigRequest.getDefaultInstance(),
                        ConfigMutationResponse.getDefaultInstance(),
                        request -> CONFIG.ref(request.getName()),
                        (request, check) -> check.id("name", request.getName()),
                        (work, request, current) -> Decision.remove()));
    }

    private static void checkPatch(PatchConfigRequest request, Check check) {
        check.optionalId("name", request.getName())
                .that(request.hasPatch(), "patch", "the patch is missing", "send a JSON object");
        ConfigChecks.document("patch", request.getPatch(), check);
    }

    private static Decision<ConfigDocument> patch(
            Work work, PatchConfigRequest request, @Nullable ConfigDocument current) {
        ConfigDocument.Builder config =
                current == null ? ConfigDocument.newBuilder().setName(nameOf(request)) : current.toBuilder();
        Struct merged = MergePatch.apply(config.getDocument(), request.getPatch());
        Check check = new Check();
        ConfigChecks.document("document", merged, check);
        if (check.error().isPresent()) {
            return Decision.refuse(check.error().get());
        }
        return work.rules()
                .check(config.getName(), merged, work.timeMs())
                .<Decision<ConfigDocument>>map(Decision::refuse)
                .orElseGet(() -> Decision.put(config.setDocument(merged).build()));
    }

    private static String nameOf(PatchConfigRequest request) {
        return request.getName().isEmpty() ? ConfigKind.MESH : request.getName();
    }
}

package io.meshkit.domain.access;

import static io.meshkit.domain.records.BindingKind.BINDING;
import static io.meshkit.domain.records.TokenKind.TOKEN;

import com.google.protobuf.Message;
import io.meshkit.domain.kernel.Check;
import io.meshkit.domain.kernel.CommandHandler;
import io.meshkit.domain.kernel.DomainLimits;
import io.meshkit.domain.kernel.Reply;
import io.meshkit.domain.kernel.Work;
import io.meshkit.domain.records.TokenKind;
import io.meshkit.v1.Binding;
import io.meshkit.v1.DeniedAttempt;
import io.meshkit.v1.RecordDenialsRequest;
import io.meshkit.v1.SeedAccessRequest;
import io.meshkit.v1.UpkeepResponse;
import java.util.List;
import java.util.function.BiConsumer;

/** What the leader itself does about access. */
public final class SystemHandlers {
    private SystemHandlers() {}

    public static List<CommandHandler<?>> all() {
        return List.of(
                new Own<>(SeedAccessRequest.getDefaultInstance(), SystemHandlers::checkSeed, SystemHandlers::seed),
                new Own<>(
                        RecordDenialsRequest.getDefaultInstance(),
                        SystemHandlers::checkDenials,
                        (work, request) -> work.denied(request.getAttemptsList())));
    }

    private record Own<Q extends Message>(Q requestPrototype, BiConsumer<Q, Check> checks, BiConsumer<Work, Q> effect)
            implements CommandHandler<Q> {
        @Override
        public Message responsePrototype() {
            return UpkeepResponse.getDefaultInstance();
        }

        @Override
        public void check(Q request, Check check) {
            checks.accept(request, check);
        }

        @Override
        public Reply decide(Work work, Q request) {
            effect.accept(work, request);
            return new Reply.Accepted(UpkeepResponse.newBuilder(), "", work.nextRevision() - 1);
        }
    }

    private static void checkSeed(SeedAccessRequest request, Check check) {
        check.that(request.getBindingsCount() > 0, "bindings", "there are no bindings", "name an administrator");
        for (int i = 0; i < request.getBindingsCount() && check.isClean(); i++) {
            AccessChecks.binding(request.getBindings(i), check);
        }
        for (int i = 0; i < request.getTokensCount() && check.isClean(); i++) {
            check.id(
                    "tokens[" + i + "].token.id",
                    request.getTokens(i).getToken().getId());
            AccessChecks.principal(
                    "tokens[" + i + "].token.principal",
                    request.getTokens(i).getToken().getPrincipal(),
                    check);
        }
    }

    /** The first one wins: of two leaders' proposals both may be in the log. */
    private static void seed(Work work, SeedAccessRequest request) {
        if (work.accessRevision() > 0) {
            return;
        }
        for (Binding binding : request.getBindingsList()) {
            Binding named = BindingHandlers.withId(binding);
            if (!BINDING.exists(work.view(), BINDING.ref(named.getId()))) {
                work.create(BINDING.ref(named.getId()), named);
            }
        }
        for (SeedAccessRequest.SeedToken token : request.getTokensList()) {
            String id = token.getToken().getId();
            if (!TOKEN.exists(work.view(), TOKEN.ref(id))) {
                work.create(TOKEN.ref(id), token.getToken());
                TokenKind.putSecret(work, id, token.getSecretSha256());
            }
        }
    }

    private static void checkDenials(RecordDenialsRequest request, Check check) {
        check.that(request.getAttemptsCount() > 0, "attempts", "there are no attempts", "name at least one")
                .atMost(DomainLimits.DENIALS_PER_COMMAND_MAX, request.getAttemptsCount(), "attempts", "elements");
        for (int i = 0; i < request.getAttemptsCount() && check.isClean(); i++) {
            DeniedAttempt attempt = request.getAttempts(i);
            String field = "attempts[" + i + "].";
            check.text(field + "actor", attempt.getActor(), DomainLimits.PRINCIPAL_BYTES_MAX)
                    .text(field + "credential", attempt.getCredential(), DomainLimits.PRINCIPAL_BYTES_MAX)
                    .text(field + "verb", attempt.getVerb())
                    .text(field + "code", attempt.getCode())
                    .text(field + "message", attempt.getMessage(), DomainLimits.DENIAL_MESSAGE_BYTES_MAX)
                    .text(field + "node", attempt.getNode())
                    .that(attempt.getCount() > 0, field + "count", "no attempt", "a count ≥ 1");
        }
    }
}

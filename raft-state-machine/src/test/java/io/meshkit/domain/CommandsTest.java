package io.meshkit.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Message;
import io.meshkit.domain.kernel.CommandHandler;
import io.meshkit.options.Annotations;
import io.meshkit.options.VerbKind;
import io.meshkit.v1.Access;
import io.meshkit.v1.Audit;
import io.meshkit.v1.Bootstrap;
import io.meshkit.v1.CampaignRequest;
import io.meshkit.v1.Clusters;
import io.meshkit.v1.Command;
import io.meshkit.v1.CompactJournalRequest;
import io.meshkit.v1.Config;
import io.meshkit.v1.DeleteLeadershipRequest;
import io.meshkit.v1.ForgetExpiredRequest;
import io.meshkit.v1.GetPeerRequest;
import io.meshkit.v1.InstallQuorumKeyRequest;
import io.meshkit.v1.Leaders;
import io.meshkit.v1.Leases;
import io.meshkit.v1.NoteMemberRequest;
import io.meshkit.v1.Peers;
import io.meshkit.v1.Policies;
import io.meshkit.v1.Quorum;
import io.meshkit.v1.Quotas;
import io.meshkit.v1.RecordDenialsRequest;
import io.meshkit.v1.ResignRequest;
import io.meshkit.v1.SeedAccessRequest;
import io.meshkit.v1.SettleLeasesRequest;
import io.meshkit.v1.Shards;
import io.meshkit.v1.TransactRequest;
import io.meshkit.v1.TransactionOperation;
import io.meshkit.v1.Transactions;
import io.meshkit.v1.Versions;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The contract, the log's command and the registered handlers name the same verbs. */
class CommandsTest {
    /** The leader's own commands: no verb of the contract asks for them. */
    private static final List<Descriptor> OWN = List.of(
            SettleLeasesRequest.getDescriptor(),
            InstallQuorumKeyRequest.getDescriptor(),
            CompactJournalRequest.getDescriptor(),
            ForgetExpiredRequest.getDescriptor(),
            SeedAccessRequest.getDescriptor(),
            RecordDenialsRequest.getDescriptor(),
            NoteMemberRequest.getDescriptor());

    private static Stream<MethodDescriptor> verbs(VerbKind kind) {
        List<FileDescriptor> files = List.of(
                Peers.getDescriptor(),
                Clusters.getDescriptor(),
                Shards.getDescriptor(),
                Config.getDescriptor(),
                Transactions.getDescriptor(),
                Audit.getDescriptor(),
                Versions.getDescriptor(),
                Quorum.getDescriptor(),
                Leases.getDescriptor(),
                Leaders.getDescriptor(),
                Access.getDescriptor(),
                Bootstrap.getDescriptor(),
                Policies.getDescriptor(),
                Quotas.getDescriptor());
        return files.stream()
                .flatMap(file -> file.getServices().stream())
                .flatMap(service -> service.getMethods().stream())
                .filter(method ->
                        method.getOptions().getExtension(Annotations.rule).getKind() == kind);
    }

    @Test
    void everyMutation_hasAHandler_thatAnswersWithItsResponse() {
        TreeSet<String> handled = new TreeSet<>();
        for (CommandHandler<?> handler : CommandHandlers.all()) {
            handled.add(handler.requestPrototype().getDescriptorForType().getFullName());
        }
        TreeSet<String> contract = new TreeSet<>();
        verbs(VerbKind.VERB_KIND_MUTATION).forEach(verb -> {
            contract.add(verb.getInputType().getFullName());
            assertThat(Commands.isMutation(verb.getInputType()))
                    .as(verb.getFullName())
                    .isTrue();
        });
        // The leader's own, for nobody else to ask for.
        OWN.forEach(own -> assertThat(contract.add(own.getFullName())).isTrue());
        assertThat(handled).isEqualTo(contract);
        verbs(VerbKind.VERB_KIND_MUTATION).forEach(verb -> {
            Message request = CommandHandlers.all().stream()
                    .map(CommandHandler::requestPrototype)
                    .filter(r -> r.getDescriptorForType().equals(verb.getInputType()))
                    .findFirst()
                    .orElseThrow();
            assertThat(CommandHandlers.of(request).responsePrototype().getDescriptorForType())
                    .isEqualTo(verb.getOutputType());
        });
    }

    @Test
    void everyQuery_hasAHandler() {
        verbs(VerbKind.VERB_KIND_READ)
                .forEach(verb -> assertThat(Queries.isQuery(verb.getInputType()))
                        .as(verb.getFullName())
                        .isTrue());
    }

    @Test
    void everyMutationOfARecord_canStandInATransaction() {
        TreeSet<String> operations = names(TransactionOperation.getDescriptor().getFields());
        TreeSet<String> commands =
                names(Command.getDescriptor().getOneofs().getFirst().getFields());
        commands.remove(TransactRequest.getDescriptor().getFullName());
        // Who leads is decided on its own: a transaction acts on behalf of a leader, it does not make one.
        List.of(CampaignRequest.getDescriptor(), ResignRequest.getDescriptor(), DeleteLeadershipRequest.getDescriptor())
                .forEach(election -> commands.remove(election.getFullName()));
        // Nor does it change who may do what while its own operations are held against that.
        Access.getDescriptor().getMessageTypes().forEach(message -> commands.remove(message.getFullName()));
        Bootstrap.getDescriptor().getMessageTypes().forEach(message -> commands.remove(message.getFullName()));
        // Nor what is asked of it, or how much it may make.
        Policies.getDescriptor().getMessageTypes().forEach(message -> commands.remove(message.getFullName()));
        Quotas.getDescriptor().getMessageTypes().forEach(message -> commands.remove(message.getFullName()));
        OWN.forEach(own -> commands.remove(own.getFullName()));
        assertThat(operations).isEqualTo(commands);
    }

    @Test
    void wrap_andBack() {
        Message request = Make.register("p");
        Command command = Commands.withRequestId(Commands.wrap(request, "alice"), "id");
        assertThat(command.getPrincipal()).isEqualTo("alice");
        assertThat(Commands.requestId(command)).isEqualTo("id");
        assertThat(Commands.operation(command)).isEqualTo(Registry.with(Make.register("p"), o -> o.setRequestId("id")));
        assertThat(Commands.responsePrototype(command).getDescriptorForType().getName())
                .isEqualTo("PeerMutationResponse");
        assertThatThrownBy(() -> Commands.wrap(GetPeerRequest.getDefaultInstance(), "alice"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static TreeSet<String> names(List<FieldDescriptor> fields) {
        TreeSet<String> names = new TreeSet<>();
        fields.forEach(field -> names.add(field.getMessageType().getFullName()));
        return names;
    }
}

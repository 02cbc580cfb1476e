package io.meshkit.server.verbs;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Message;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import io.grpc.ServiceDescriptor;
import io.grpc.protobuf.ProtoFileDescriptorSupplier;
import io.meshkit.domain.Commands;
import io.meshkit.domain.Queries;
import io.meshkit.domain.RegistryStateMachine;
import io.meshkit.domain.kernel.Check;
import io.meshkit.domain.query.WatchFilter;
import io.meshkit.options.Scope;
import io.meshkit.options.VerbKind;
import io.meshkit.raft.NodeId;
import io.meshkit.server.leases.LeaseVerbs;
import io.meshkit.server.members.MemberVerbs;
import io.meshkit.server.watch.WatchLimits;
import io.meshkit.server.watch.WatchVerbs;
import io.meshkit.storage.StoreSnapshot;
import io.meshkit.v1.Command;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every verb of the contract has a rule and somebody who answers it. */
class ContractTest {
    private final FakeReplica replica = new FakeReplica();

    static List<Verb> verbs() {
        return Contract.verbs();
    }

    private static Message request(Verb verb) {
        return ((PrototypeMarshaller<Message>) verb.method().getRequestMarshaller()).getMessagePrototype();
    }

    @ParameterizedTest
    @MethodSource("verbs")
    void verb_each_hasAHandler(Verb verb) {
        Message request = request(verb);
        switch (verb.kind()) {
            case VERB_KIND_MUTATION -> {
                // What concerns the caller alone, a join, is for whoever is authenticated.
                assertThat(verb.access().self() || verb.scope().getNumber() >= Scope.SCOPE_OPERATE_VALUE)
                        .isTrue();
                Command command = Commands.withRequestId(Commands.wrap(request, "tester"), "r1");
                assertThat(Commands.responsePrototype(command).getDescriptorForType())
                        .isEqualTo(verb.responsePrototype().getDescriptorForType());
                try (StoreSnapshot view = replica.snapshot()) {
                    assertThat(new RegistryStateMachine()
                                    .dryRun(view, command, 1)
                                    .getOutcomeCase()
                                    .getNumber())
                            .isPositive();
                }
            }
            case VERB_KIND_READ -> {
                ReadInfoFields.of(
                        request.getDescriptorForType(), verb.responsePrototype().getDescriptorForType());
                try (StoreSnapshot view = replica.snapshot()) {
                    assertThat(Queries.answer(view, request)).isNotNull();
                }
            }
            case VERB_KIND_NODE -> assertThat(nodeVerbs().knows(request)).isTrue();
            case VERB_KIND_WATCH -> {
                Check check = new Check();
                assertThat(WatchFilter.of(request, check)).isNotNull();
                assertThat(check.error()).isEmpty();
                assertThat(request.getDescriptorForType().findFieldByName("read"))
                        .isNotNull();
                assertThat(request.getDescriptorForType().findFieldByName("watch"))
                        .isNotNull();
            }
            case VERB_KIND_UNSPECIFIED, UNRECOGNIZED -> throw new AssertionError(verb + " has no kind");
        }
    }

    private NodeVerbs nodeVerbs() {
        return new NodeVerbs(replica, null, new Leadership(replica, List::<NodeId>of, null), null, more());
    }

    private Map<String, NodeVerbs.Handler> more() {
        Map<String, NodeVerbs.Handler> all =
                new HashMap<>(new LeaseVerbs(new NodeId("n"), null, null, null).handlers());
        all.putAll(new MemberVerbs(replica, null, null, null).handlers());
        all.putAll(new AccessVerbs(null, null).handlers());
        all.putAll(new CapacityVerbs(replica, null, null, null, () -> 0, 0).handlers());
        return all;
    }

    @Test
    void bind_everyService_succeeds() {
        Services services = new Services(
                null,
                null,
                nodeVerbs(),
                service -> new WatchVerbs(null, WatchLimits.DEFAULTS, replica, null, null, "", 1_000).bind(service),
                1_000);

        assertThat(services.bind().stream().mapToInt(s -> s.getMethods().size()).sum())
                .isEqualTo(Contract.verbs().size());
    }

    @Test
    void services_everyServiceOfTheContractsFiles_isListed() {
        Set<String> listed =
                Contract.SERVICES.stream().map(ServiceDescriptor::getName).collect(Collectors.toSet());
        Set<String> written = new HashSet<>();
        for (FileDescriptor file : filesOfTheContract()) {
            file.getServices().forEach(service -> written.add(service.getFullName()));
        }

        assertThat(listed).isEqualTo(written);
    }

    @Test
    void scopes_everythingThatClientsMayCall_needsOne() {
        assertThat(Contract.rules())
                .hasSize(Contract.all().stream()
                        .mapToInt(service -> service.getMethods().size())
                        .sum())
                .allSatisfy((method, rule) -> assertThat(rule.scope()).isNotEqualTo(Scope.SCOPE_UNSPECIFIED))
                .hasEntrySatisfying(
                        "omnirelay.mesh.control.v1.ShardControlService/Watch",
                        rule -> assertThat(rule.scope()).isEqualTo(Scope.SCOPE_READ));
    }

    private static Set<FileDescriptor> filesOfTheContract() {
        Deque<FileDescriptor> open = new ArrayDeque<>();
        for (ServiceDescriptor service : Contract.SERVICES) {
            open.add(((ProtoFileDescriptorSupplier) service.getSchemaDescriptor()).getFileDescriptor());
        }
        Set<FileDescriptor> files = new HashSet<>();
        while (!open.isEmpty()) {
            FileDescriptor file = open.pop();
            if (file.getPackage().equals("meshkit.v1") && files.add(file)) {
                open.addAll(file.getDependencies());
            }
        }
        return files;
    }

    @Test
    void verbs_readVerbs_needAtMostRead() {
        assertThat(verbs())
                .filteredOn(verb -> verb.kind() == VerbKind.VERB_KIND_READ)
                .allMatch(verb -> Scopes.atMostRead(verb.scope()));
    }

    private static final class Scopes {
        static boolean atMostRead(Scope scope) {
            return scope == Scope.SCOPE_OBSERVE || scope == Scope.SCOPE_READ;
        }
    }
}

package io.meshkit.domain;

import static io.meshkit.api.ErrorCode.ALREADY_EXISTS;
import static io.meshkit.api.ErrorCode.INVALID_REQUEST;
import static io.meshkit.api.ErrorCode.LIMIT_EXCEEDED;
import static io.meshkit.api.ErrorCode.NOT_FOUND;
import static io.meshkit.api.ErrorCode.PRECONDITION_FAILED;
import static io.meshkit.api.ErrorCode.REVISION_MISMATCH;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import io.meshkit.domain.kernel.DomainLimits;
import io.meshkit.v1.ClusterState;
import io.meshkit.v1.LabelPeerRequest;
import io.meshkit.v1.Peer;
import io.meshkit.v1.PeerAdminState;
import io.meshkit.v1.PeerEndpoint;
import io.meshkit.v1.PeerHealth;
import io.meshkit.v1.PeerStatus;
import io.meshkit.v1.RecordMeta;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PeerHandlersTest {
    private static final Message P = Make.register("p");

    private static Peer.Builder p() {
        return Peer.newBuilder().setId("p");
    }

    static Stream<Refusal> refusals() {
        return Stream.of(
                Refusal.of("register: no id", Make.register(""), INVALID_REQUEST, "peer.id"),
                Refusal.of("register: bad id", Make.register("-p"), INVALID_REQUEST, "starting with"),
                Refusal.of("register: long id", Make.register("p".repeat(129)), INVALID_REQUEST, "1–128"),
                Refusal.of(
                        "register: unknown cluster",
                        Make.register(p().setClusterId("c").build()),
                        PRECONDITION_FAILED,
                        "cluster c does not exist"),
                Refusal.of(
                        "register: bad transport",
                        Make.register(p().addEndpoints(PeerEndpoint.newBuilder()
                                        .setTransport("udp")
                                        .setAddress("h:1"))
                                .build()),
                        INVALID_REQUEST,
                        "http3, http2 or grpc"),
                Refusal.of(
                        "register: bad address",
                        Make.register(p().addEndpoints(PeerEndpoint.newBuilder()
                                        .setTransport("grpc")
                                        .setAddress("h:70000"))
                                .build()),
                        INVALID_REQUEST,
                        "not host:port"),
                Refusal.of(
                        "register: infinite latency",
                        Make.register(p().setHealth(PeerHealth.newBuilder().setLatencyP99Ms(Double.POSITIVE_INFINITY))
                                .build()),
                        INVALID_REQUEST,
                        "latencyP99Ms"),
                Refusal.of(
                        "register: error rate above 1",
                        Make.register(p().setHealth(PeerHealth.newBuilder().setErrorRate(1.5))
                                .build()),
                        INVALID_REQUEST,
                        "errorRate"),
                Refusal.of(
                        "register: NaN",
                        Make.register(p().setHealth(PeerHealth.newBuilder().setBackpressure(Double.NaN))
                                .build()),
                        INVALID_REQUEST,
                        "backpressure"),
                Refusal.of("register: too many labels", tooManyLabels(), LIMIT_EXCEEDED, "at most 64"),
                Refusal.of(
                        "register: long label",
                        Make.register(p().setMeta(RecordMeta.newBuilder().putLabels("k", "v".repeat(257)))
                                .build()),
                        LIMIT_EXCEEDED,
                        "at most 256"),
                Refusal.of(
                        "register: label that cannot be selected",
                        Make.register(p().setMeta(RecordMeta.newBuilder().putLabels("a=b", "v"))
                                .build()),
                        INVALID_REQUEST,
                        "not a key"),
                Refusal.of(
                        "register: exists, otherwise",
                        Make.register(p().setRole("x").build()),
                        ALREADY_EXISTS,
                        "if_match",
                        P),
                Refusal.of(
                        "register: if_match, missing",
                        Registry.with(Make.register("p"), options -> options.setIfMatch("*")),
                        NOT_FOUND,
                        "does not exist"),
                Refusal.of(
                        "register: if_match, other",
                        Registry.with(Make.register("p"), options -> options.setIfMatch("\"7\"")),
                        REVISION_MISMATCH,
                        "\"1\"",
                        P),
                Refusal.of("update: empty mask", Make.updatePeer(p().build()), INVALID_REQUEST, "updateMask", P),
                Refusal.of(
                        "update: output only",
                        Make.updatePeer(p().build(), "admin_state"),
                        INVALID_REQUEST,
                        "allowed are role, cluster_id",
                        P),
                Refusal.of("update: missing", Make.updatePeer(p().build(), "role"), NOT_FOUND, "peer p"),
                Refusal.of(
                        "update: unknown cluster",
                        Make.updatePeer(p().setClusterId("c").build(), "cluster_id"),
                        PRECONDITION_FAILED,
                        "create the cluster",
                        P),
                Refusal.of(
                        "label: nothing named",
                        LabelPeerRequest.newBuilder().setId("p").build(),
                        INVALID_REQUEST,
                        "no label",
                        P),
                Refusal.of(
                        "label: set and removed",
                        LabelPeerRequest.newBuilder()
                                .setId("p")
                                .putSet("k", "v")
                                .addRemove("k")
                                .build(),
                        INVALID_REQUEST,
                        "both set and removed",
                        P),
                Refusal.of(
                        "label: one too many",
                        Make.label("p", "one-more", "v"),
                        LIMIT_EXCEEDED,
                        "at most 64",
                        Make.register(labelled(DomainLimits.LABELS_MAX))),
                Refusal.of("cordon: missing", Make.cordon("p"), NOT_FOUND, "peer p does not exist"),
                Refusal.of("cordon: no id", Make.cordon(""), INVALID_REQUEST, "id is missing"),
                Refusal.of(
                        "cordon: draining",
                        Make.cordon("p"),
                        PRECONDITION_FAILED,
                        "resume it first",
                        P,
                        Make.drain("p")),
                Refusal.of(
                        "uncordon: draining",
                        Make.uncordon("p"),
                        PRECONDITION_FAILED,
                        "resume makes it active",
                        P,
                        Make.drain("p")),
                Refusal.of(
                        "drain: drained",
                        Make.drain("p"),
                        PRECONDITION_FAILED,
                        "resume it first",
                        P,
                        Make.drain("p"),
                        Make.drained("p")),
                Refusal.of("drained: active", Make.drained("p"), PRECONDITION_FAILED, "begin the drain", P),
                Refusal.of(
                        "drained: owns a shard",
                        Make.drained("p"),
                        PRECONDITION_FAILED,
                        "owns 1 and leads 0",
                        P,
                        Make.shard("ns", "s", "p"),
                        Make.drain("p")),
                Refusal.of("resume: cordoned", Make.resume("p"), PRECONDITION_FAILED, "uncordon", P, Make.cordon("p")),
                Refusal.of(
                        "deregister: owns shards",
                        Make.deregister("p"),
                        PRECONDITION_FAILED,
                        "owns 2 and leads 0 shards",
                        P,
                        Make.shard("ns", "s", "p"),
                        Make.shard("ns", "t", "p")),
                Refusal.of("deregister: missing", Make.deregister("p"), NOT_FOUND, "list the peers"));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void decide_refuses(Refusal row) {
        row.verify();
    }

    /** From a state, by a verb, to a state: every legal transition, and staying where one is. */
    record Move(List<Message> given, Message verb, PeerAdminState to, boolean changed) {}

    static Stream<Move> moves() {
        PeerAdminState active = PeerAdminState.PEER_ADMIN_STATE_ACTIVE;
        PeerAdminState cordoned = PeerAdminState.PEER_ADMIN_STATE_CORDONED;
        PeerAdminState draining = PeerAdminState.PEER_ADMIN_STATE_DRAINING;
        PeerAdminState drained = PeerAdminState.PEER_ADMIN_STATE_DRAINED;
        List<Message> toDrained = List.of(P, Make.drain("p"), Make.drained("p"));
        return Stream.of(
                new Move(List.of(P), Make.cordon("p"), cordoned, true),
                new Move(List.of(P, Make.cordon("p")), Make.cordon("p"), cordoned, false),
                new Move(List.of(P, Make.cordon("p")), Make.uncordon("p"), active, true),
                new Move(List.of(P), Make.uncordon("p"), active, false),
                new Move(List.of(P), Make.drain("p"), draining, true),
                new Move(List.of(P, Make.cordon("p")), Make.drain("p"), draining, true),
                new Move(List.of(P, Make.drain("p")), Make.drain("p"), draining, false),
                new Move(List.of(P, Make.drain("p")), Make.drained("p"), drained, true),
                new Move(toDrained, Make.drained("p"), drained, false),
                new Move(List.of(P, Make.drain("p")), Make.resume("p"), active, true),
                new Move(toDrained, Make.resume("p"), active, true),
                new Move(List.of(P), Make.resume("p"), active, false));
    }

    @ParameterizedTest
    @MethodSource("moves")
    void adminState_moves(Move row) {
        try (Registry registry = new Registry()) {
            row.given().forEach(registry::mutate);
            long before = StateMeta.revision(registry.store);
            Registry.Answer answer = registry.mutate(row.verb());
            assertThat(answer.error()).isNull();
            assertThat(answer.<Peer>record("peer").getAdminState()).isEqualTo(row.to());
            assertThat(answer.result().getChanged()).isEqualTo(row.changed());
            assertThat(StateMeta.revision(registry.store)).isEqualTo(row.changed() ? before + 1 : before);
        }
    }

    @Test
    void register_newPeer_isAliveAndActiveWhateverItSays() {
        try (Registry registry = new Registry()) {
            Peer peer = registry.mutate(Make.register(p().setAdminState(PeerAdminState.PEER_ADMIN_STATE_DRAINED)
                            .setStatus(PeerStatus.PEER_STATUS_LEFT)
                            .setMeta(RecordMeta.newBuilder().setVersion(9).putLabels("k", "v"))
                            .build()))
                    .record("peer");
            assertThat(peer.getAdminState()).isEqualTo(PeerAdminState.PEER_ADMIN_STATE_ACTIVE);
            assertThat(peer.getStatus()).isEqualTo(PeerStatus.PEER_STATUS_ALIVE);
            assertThat(peer.getMeta().getVersion()).isEqualTo(1);
            assertThat(peer.getMeta().getLabelsMap()).containsExactly(Map.entry("k", "v"));
            assertThat(peer.getMeta().getUpdatedBy()).isEqualTo("alice");
            assertThat(peer.getMeta().getUpdatedAt().getSeconds()).isEqualTo(Registry.START_MS / 1000);
        }
    }

    @Test
    void register_again_identicalChangesNothing() {
        try (Registry registry = new Registry()) {
            registry.mutate(P);
            registry.mutate(Make.cordon("p"));
            Registry.Answer answer = registry.mutate(P);
            assertThat(answer.result().getChanged()).isFalse();
            assertThat(answer.result().getRevision()).isEqualTo(2);
            assertThat(answer.result().getEtag()).isEqualTo("\"2\"");
            assertThat(registry.journal).hasSize(2);
        }
    }

    @Test
    void register_withEtag_replacesTheDescriptionAndKeepsTheAdminState() {
        try (Registry registry = new Registry()) {
            registry.mutate(Make.register(p().setZone("z").build()));
            registry.mutate(Make.cordon("p"));
            Peer peer = registry.mutate(Registry.with(
                            Make.register(p().setRole("gateway").build()), options -> options.setIfMatch("\"2\"")))
                    .record("peer");
            assertThat(peer.getRole()).isEqualTo("gateway");
            assertThat(peer.getZone()).isEmpty();
            assertThat(peer.getAdminState()).isEqualTo(PeerAdminState.PEER_ADMIN_STATE_CORDONED);
            assertThat(peer.getMeta().getVersion()).isEqualTo(3);
            assertThat(peer.getMeta().getCreateRevision()).isEqualTo(1);
            assertThat(peer.getMeta().getModRevision()).isEqualTo(3);
        }
    }

    @Test
    void update_takesMaskedFieldsOnly() {
        try (Registry registry = new Registry()) {
            registry.mutate(Make.create("c", ClusterState.CLUSTER_STATE_ACTIVE));
            registry.mutate(Make.register(
                    p().setRole("a").setZone("z").addCapabilities("x").build()));
            Peer peer = registry.mutate(Make.updatePeer(
                            p().setRole("b")
                                    .setZone("other")
                                    .setClusterId("c")
                                    .setMeta(RecordMeta.newBuilder().putLabels("k", "v"))
                                    .build(),
                            "role",
                            "cluster_id",
                            "capabilities",
                            "health",
                            "meta.labels"))
                    .record("peer");
            assertThat(peer.getRole()).isEqualTo("b");
            assertThat(peer.getZone()).isEqualTo("z");
            assertThat(peer.getClusterId()).isEqualTo("c");
            assertThat(peer.getCapabilitiesList()).isEmpty();
            assertThat(peer.hasHealth()).isFalse();
            assertThat(peer.getMeta().getLabelsMap()).containsKey("k");
        }
    }

    @Test
    void label_setsAndRemoves_ignoringUnknown() {
        try (Registry registry = new Registry()) {
            registry.mutate(Make.register(labelled(2)));
            Peer peer = registry.mutate(LabelPeerRequest.newBuilder()
                            .setId("p")
                            .putSet("new", "1")
                            .addRemove("k0")
                            .addRemove("unknown")
                            .build())
                    .record("peer");
            assertThat(peer.getMeta().getLabelsMap()).containsOnlyKeys("k1", "new");
            assertThat(registry.mutate(Make.label("p", "new", "1")).result().getChanged())
                    .isFalse();
        }
    }

    @Test
    void deregister_answersWithTheLastState() {
        try (Registry registry = new Registry()) {
            registry.mutate(P);
            Registry.Answer answer = registry.mutate(Make.deregister("p"));
            assertThat(answer.<Peer>record("peer").getId()).isEqualTo("p");
            assertThat(answer.result().getEtag()).isEmpty();
            assertThat(answer.result().getRevision()).isEqualTo(2);
            assertThat(registry.journal.getLast().getChanges(0).hasAfter()).isFalse();
        }
    }

    @Test
    void register_pastTheLimit_isRefusedUntilOneGoes() {
        DomainLimits d = DomainLimits.DEFAULTS;
        try (Registry registry =
                new Registry(new DomainLimits(d.dedupeRetentionMs(), 4, 2, 1, 1, 1, 1, 1, 1, 1 << 20))) {
            registry.mutate(Make.register("a"));
            registry.mutate(Make.register("b"));
            assertThat(registry.mutate(Make.register("c")).code()).isEqualTo(LIMIT_EXCEEDED);
            registry.mutate(Make.deregister("a"));
            assertThat(registry.mutate(Make.register("c")).error()).isNull();
        }
    }

    private static Message tooManyLabels() {
        return Make.register(labelled(DomainLimits.LABELS_MAX + 1));
    }

    private static Peer labelled(int labels) {
        RecordMeta.Builder meta = RecordMeta.newBuilder();
        for (int i = 0; i < labels; i++) {
            meta.putLabels("k" + i, "v");
        }
        return p().setMeta(meta).build();
    }
}

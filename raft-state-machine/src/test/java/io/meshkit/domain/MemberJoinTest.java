package io.meshkit.domain;

import static io.meshkit.domain.Registry.ROOT;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.meshkit.api.ErrorCode;
import io.meshkit.domain.kernel.Caller;
import io.meshkit.domain.kernel.DomainLimits;
import io.meshkit.domain.kernel.Times;
import io.meshkit.v1.Credential;
import io.meshkit.v1.IssueJoinTokenRequest;
import io.meshkit.v1.IssuingPolicy;
import io.meshkit.v1.JoinRequest;
import io.meshkit.v1.JoinToken;
import io.meshkit.v1.ListCertificatesRequest;
import io.meshkit.v1.ListCertificatesResponse;
import io.meshkit.v1.MemberIdentity;
import io.meshkit.v1.MutationOptions;
import io.meshkit.v1.NoteMemberRequest;
import io.meshkit.v1.PutIssuingPolicyRequest;
import io.meshkit.v1.QuorumMemberRecord;
import io.meshkit.v1.QuorumMemberRecord.State;
import io.meshkit.v1.RenewCertificateRequest;
import io.meshkit.v1.RevokeCertificatesRequest;
import io.meshkit.v1.RevokeJoinTokenRequest;
import io.meshkit.v1.WorkloadCertificate;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Join tokens and certificates of the quorum's own members. */
class MemberJoinTest {
    private static final String NODE4 = "spiffe://mesh/node/node-4";
    private static final ByteString HASH = ByteString.copyFrom(new byte[32]);

    private Registry registry;
    private int made;

    @BeforeEach
    void open() {
        registry = new Registry();
        registry.seedAccess();
    }

    @AfterEach
    void close() {
        registry.close();
    }

    private static IssueJoinTokenRequest.Builder issue(String id) {
        return IssueJoinTokenRequest.newBuilder()
                .setSpiffeId(NODE4)
                .setMember(MemberIdentity.newBuilder().setNode("node-4").addHosts("10.0.0.4"))
                .setTokenId(id)
                .setSecretSha256(HASH);
    }

    private Registry.Answer issued(IssueJoinTokenRequest.Builder request) {
        return registry.mutate(ROOT, request.build());
    }

    private Registry.Answer join(String token, String spiffeId) {
        return registry.mutate(
                new Caller(
                        "join/" + token,
                        Credential.newBuilder().setMethod("join").setId(token).build()),
                JoinRequest.newBuilder()
                        .setSpiffeId(spiffeId)
                        .setSerial(serial())
                        .setPublicKeySha256(HASH)
                        .build());
    }

    private Registry.Answer renew(WorkloadCertificate shown) {
        return registry.mutate(
                new Caller(
                        shown.getSpiffeId(),
                        Credential.newBuilder()
                                .setMethod("mtls")
                                .setId(shown.getSerial())
                                .build()),
                RenewCertificateRequest.newBuilder()
                        .setSerial(serial())
                        .setPublicKeySha256(HASH)
                        .build());
    }

    private String serial() {
        return String.format("4%031x", ++made);
    }

    private void note(String node, State state) {
        NoteMemberRequest note = NoteMemberRequest.newBuilder()
                .setOptions(MutationOptions.newBuilder().setRequestId("note-" + ++made))
                .setMember(QuorumMemberRecord.newBuilder().setNode(node).setState(state))
                .build();
        assertThat(registry.apply(Commands.ofSystem(note, "alice")).error()).isNull();
    }

    private List<WorkloadCertificate> certificates() {
        return registry.query(ListCertificatesRequest.getDefaultInstance(), ListCertificatesResponse.class)
                .getCertificatesList();
    }

    private static void refused(Registry.Answer answer, ErrorCode code, String words) {
        assertThat(answer.isRejected()).isTrue();
        assertThat(answer.code()).isEqualTo(code);
        assertThat(answer.error().getMessage()).contains(words);
    }

    @Test
    void issue_forAMember_isForIt_onceAndNinetyDays() {
        JoinToken token = issued(issue("j-1")).record("join_token");

        assertThat(token.getMember().getNode()).isEqualTo("node-4");
        assertThat(token.getMember().getHostsList()).containsExactly("10.0.0.4");
        assertThat(token.getRole()).isEqualTo("member");
        assertThat(token.getUsesMax()).isEqualTo(1);
        assertThat(Times.ms(token.getCertificateLifetimeMax())).isEqualTo(90L * 86_400_000);
    }

    @Test
    void join_asTheMember_decidesItsNodeAndHosts_once() {
        issued(issue("j-1"));

        WorkloadCertificate certificate = join("j-1", NODE4).record("certificate");

        assertThat(certificate.getSpiffeId()).isEqualTo(NODE4);
        assertThat(certificate.getMember().getNode()).isEqualTo("node-4");
        assertThat(certificate.getMember().getHostsList()).containsExactly("10.0.0.4");
        refused(join("j-1", NODE4), ErrorCode.UNAUTHENTICATED, "used up");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "spiffe://mesh/workload/gateway/gw-1"})
    void join_asAWorkload_withAMembersToken_isRefusedAndUsesNothing(String spiffeId) {
        issued(issue("j-1"));

        refused(join("j-1", spiffeId), ErrorCode.FORBIDDEN, "is for a member of the quorum, node-4");
        assertThat(join("j-1", NODE4).error()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "spiffe://mesh/node/node-5",
                "spiffe://mesh/node",
                "spiffe://mesh/node/node-4/x",
                "spiffe://other/node/node-4"
            })
    void join_asAnotherMember_isRefused(String spiffeId) {
        issued(issue("j-1"));

        assertThat(join("j-1", spiffeId).code()).isEqualTo(ErrorCode.FORBIDDEN);
        assertThat(certificates()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"spiffe://mesh/workload/gateway/*", "spiffe://mesh/workload/gateway/node-4"})
    void join_asAMember_withAWorkloadsToken_isRefused(String pattern) {
        issued(issue("j-1").clearMember().setSpiffeId(pattern).setRole("gateway"));

        refused(join("j-1", NODE4), ErrorCode.FORBIDDEN, "is for " + pattern);
        assertThat(certificates()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = State.class,
            names = {"MEMBER", "LEAVING", "REMOVED"})
    void issue_andJoin_forWhoIsOrWasAMember_areRefused(State state) {
        issued(issue("j-1"));
        note("node-4", state);

        String words = state == State.MEMBER ? "is a member of the quorum already" : "was removed";
        refused(issued(issue("j-2")), ErrorCode.ALREADY_EXISTS, words);
        refused(join("j-1", NODE4), ErrorCode.ALREADY_EXISTS, words);
    }

    @Test
    void join_whileAnotherHasAGoodCertificateOfTheMember_isRefused_untilItIsRevoked() {
        issued(issue("j-1"));
        issued(issue("j-2"));
        join("j-1", NODE4);

        refused(join("j-2", NODE4), ErrorCode.ALREADY_EXISTS, "still good");
        registry.mutate(
                ROOT, RevokeCertificatesRequest.newBuilder().setSpiffeId(NODE4).build());
        assertThat(join("j-2", NODE4).error()).isNull();
    }

    @Test
    void join_withARevokedToken_isRefused() {
        issued(issue("j-1"));
        registry.mutate(ROOT, RevokeJoinTokenRequest.newBuilder().setId("j-1").build());

        refused(join("j-1", NODE4), ErrorCode.UNAUTHENTICATED, "was revoked");
    }

    @Test
    void renew_asAMember_keepsWhatItIs_andEndsWithItsRemoval() {
        issued(issue("j-1"));
        WorkloadCertificate first = join("j-1", NODE4).record("certificate");
        note("node-4", State.MEMBER);

        WorkloadCertificate next = renew(first).record("certificate");

        assertThat(next.getMember()).isEqualTo(first.getMember());
        assertThat(next.getRenewedFrom()).isEqualTo(first.getSerial());
        note("node-4", State.REMOVED);
        refused(renew(next), ErrorCode.ALREADY_EXISTS, "was removed");
    }

    private void putPolicy(String pattern) {
        PutIssuingPolicyRequest put = PutIssuingPolicyRequest.newBuilder()
                .setIssuingPolicy(IssuingPolicy.newBuilder()
                        .setName("one")
                        .addSpiffeIds(pattern)
                        .setCertificateLifetimeMax(Times.duration(86_400_000)))
                .build();
        assertThat(registry.mutate(ROOT, put).error()).isNull();
    }

    @Test
    void issuingPolicies_holdForMembersToo() {
        putPolicy("spiffe://mesh/workload/**");
        refused(issued(issue("j-1")), ErrorCode.PRECONDITION_FAILED, "no issuing policy covers role member");

        putPolicy("spiffe://mesh/node/*");
        JoinToken token = issued(issue("j-2")).record("join_token");
        assertThat(Times.ms(token.getCertificateLifetimeMax())).isEqualTo(86_400_000);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a b",
                "-a",
                "a.",
                "*.example",
                "10.0.0.256",
                "10.0.0.1.2:",
                "1.2.3.4:9440",
                "fe80::1%eth0",
                "1:2:3:4:5:6:7",
                "1::2::3",
                "12345::"
            })
    void issue_withWhatIsNoHost_isRefused(String host) {
        IssueJoinTokenRequest.Builder request = issue("j-1");
        request.getMemberBuilder().clearHosts().addHosts(host);

        refused(issued(request), ErrorCode.INVALID_REQUEST, "not a host");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"registry-4", "registry-4.example.org", "10.0.0.4", "::1", "2001:db8::4", "1:2:3:4:5:6:7:8"})
    void issue_withAHost_isTaken(String host) {
        IssueJoinTokenRequest.Builder request = issue("j-1");
        request.getMemberBuilder().clearHosts().addHosts(host);

        assertThat(issued(request).error()).isNull();
    }

    @Test
    void issue_whatNoMemberIs_isRefused() {
        refused(issued(issue("j-1").setUsesMax(2)), ErrorCode.INVALID_REQUEST, "can be used once");
        refused(issued(issue("j-1").setRole("gateway")), ErrorCode.INVALID_REQUEST, "no role of its own");
        refused(
                issued(issue("j-1").setSpiffeId("spiffe://mesh/node/node-5")),
                ErrorCode.INVALID_REQUEST,
                "not that of the member");
        refused(
                issued(issue("j-1").setSpiffeId("spiffe://mesh/workload/node-4")),
                ErrorCode.INVALID_REQUEST,
                "not that of the member");
        IssueJoinTokenRequest.Builder nobody = issue("j-1");
        nobody.getMemberBuilder().setNode("a/b");
        refused(issued(nobody), ErrorCode.INVALID_REQUEST, "not a node id");
        IssueJoinTokenRequest.Builder nowhere = issue("j-1");
        nowhere.getMemberBuilder().clearHosts();
        refused(issued(nowhere), ErrorCode.INVALID_REQUEST, "names no host");
        nowhere.getMemberBuilder().addHosts("a").addHosts("a");
        refused(issued(nowhere), ErrorCode.INVALID_REQUEST, "named twice");
        IssueJoinTokenRequest.Builder everywhere = issue("j-1");
        for (int i = 0; i < DomainLimits.MEMBER_HOSTS_MAX; i++) {
            everywhere.getMemberBuilder().addHosts("h" + i);
        }
        refused(issued(everywhere), ErrorCode.LIMIT_EXCEEDED, "at most " + DomainLimits.MEMBER_HOSTS_MAX);
    }

    /** Whatever is tried in whatever order: no two hosts have good certificates of one member, and nobody who was removed gets one. */
    @Property(tries = 100)
    void members_areOneHostEach_andGoneForEver(@ForAll @Size(max = 25) List<@IntRange(max = 5) Integer> steps) {
        open();
        try {
            boolean removed = false;
            int good = 0;
            int tokens = 0;
            for (int step : steps) {
                switch (step) {
                    case 0 -> issued(issue("j-" + ++tokens));
                    case 1, 2 -> {
                        boolean joined = !join("j-" + tokens, NODE4).isRejected();
                        assertThat(joined && (removed || good > 0)).isFalse();
                        good += joined ? 1 : 0;
                    }
                    case 3 -> {
                        registry.mutate(
                                ROOT,
                                RevokeCertificatesRequest.newBuilder()
                                        .setSpiffeId(NODE4)
                                        .build());
                        good = 0;
                    }
                    case 4 -> registry.nowMs += 45L * 60_000;
                    default -> {
                        note("node-4", State.REMOVED);
                        removed = true;
                    }
                }
            }
        } finally {
            close();
        }
    }
}

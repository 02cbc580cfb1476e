package io.meshkit.domain;

import static io.meshkit.api.ErrorCode.INVALID_REQUEST;
import static io.meshkit.api.ErrorCode.LEASE_EXPIRED;
import static io.meshkit.api.ErrorCode.LIMIT_EXCEEDED;
import static io.meshkit.api.ErrorCode.NOT_FOUND;
import static io.meshkit.api.ErrorCode.PRECONDITION_FAILED;
import static io.meshkit.api.ErrorCode.STALE_FENCING_TOKEN;
import static io.meshkit.v1.LeaseStep.Kind.EXPIRE;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import io.meshkit.domain.kernel.LeaseRows;
import io.meshkit.v1.CampaignRequest;
import io.meshkit.v1.CampaignResponse;
import io.meshkit.v1.GetLeadershipRequest;
import io.meshkit.v1.GetLeadershipResponse;
import io.meshkit.v1.Leadership;
import io.meshkit.v1.LeadershipCandidate;
import io.meshkit.v1.LeaseRow;
import io.meshkit.v1.ListLeadershipsRequest;
import io.meshkit.v1.ListLeadershipsResponse;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LeadershipHandlersTest {
    private static final Message LED = Make.campaign("x", "a", false);
    private static final Message VACATED = Make.resign("x", "a", 0);

    static Stream<Refusal> refusals() {
        Message[] full = Stream.concat(
                        Stream.of(LED), IntStream.range(0, 64).mapToObj(i -> Make.campaign("x", "c" + i, true)))
                .toArray(Message[]::new);
        CampaignRequest.Builder manyLabels = Make.campaign("x", "a", false).toBuilder();
        IntStream.range(0, 65).forEach(i -> manyLabels.putLabels("l" + i, ""));
        return Stream.of(
                Refusal.of("no scope", Make.campaign("", "a", false), INVALID_REQUEST, "scope"),
                Refusal.of("no candidate", Make.campaign("x", "", false), INVALID_REQUEST, "candidateId"),
                Refusal.of(
                        "no ttl",
                        Make.campaign("x", "a", false).toBuilder().clearTtl().build(),
                        INVALID_REQUEST,
                        "ttl is 0 ms"),
                Refusal.of("too many labels", manyLabels.build(), LIMIT_EXCEEDED, "at most 64"),
                Refusal.of("led", Make.campaign("x", "b", false), PRECONDITION_FAILED, "led by a", LED),
                Refusal.of("full queue", Make.campaign("x", "z", true), LIMIT_EXCEEDED, "64 candidates", full),
                Refusal.of("resign: no scope", Make.resign("x", "a", 0), NOT_FOUND, "leadership x"),
                Refusal.of("resign: another lease", Make.resign("x", "a", 9), LEASE_EXPIRED, "has lease 1", LED),
                Refusal.of("delete: led", Make.deleteLeadership("x"), PRECONDITION_FAILED, "led by a", LED),
                Refusal.of("fence: no scope", fenced("x", 2), STALE_FENCING_TOKEN, "does not exist"),
                Refusal.of("fence: older", fenced("x", 1), STALE_FENCING_TOKEN, "is 2, not 1", LED),
                Refusal.of("fence: never handed out", fenced("x", 3), STALE_FENCING_TOKEN, "is 2, not 3", LED),
                Refusal.of("fence: vacant", fenced("x", 2), LEASE_EXPIRED, "no more", LED, VACATED),
                Refusal.of("fence: no token", fenced("x", 0), INVALID_REQUEST, "fencingToken", LED));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void refused_withItsCode(Refusal refusal) {
        refusal.verify();
    }

    private static Message fenced(String scope, long token) {
        return Registry.with(
                Make.patch("mesh", "{\"a\": 1}"),
                options -> options.setFencingScope(scope).setFencingToken(token));
    }

    private static CampaignResponse campaign(Registry registry, String candidate) {
        return (CampaignResponse)
                registry.mutate(Make.campaign("x", candidate, true)).response();
    }

    private static Leadership scope(Registry registry) {
        return registry.query(GetLeadershipRequest.newBuilder().setScope("x").build(), GetLeadershipResponse.class)
                .getLeadership();
    }

    @Test
    void firstLeads_othersWait_inOrder() {
        try (Registry registry = new Registry()) {
            CampaignResponse a = campaign(registry, "a");
            assertThat(a.getElected()).isTrue();
            assertThat(a.getFencingToken()).isGreaterThan(0);
            CampaignResponse b = campaign(registry, "b");
            assertThat(b.getElected()).isFalse();
            assertThat(b.getFencingToken()).isZero();
            campaign(registry, "c");
            // Again: b keeps its place, under a new lease.
            CampaignResponse again = campaign(registry, "b");
            assertThat(again.getLeaseId()).isGreaterThan(b.getLeaseId());
            assertThat(scope(registry).getCandidatesList())
                    .extracting(LeadershipCandidate::getCandidateId)
                    .containsExactly("b", "c");
            assertThat(LeaseRows.get(registry.store, b.getLeaseId())).isNull();
        }
    }

    @Test
    void resign_electsTheFirstWhoWaits_underAHigherToken() {
        try (Registry registry = new Registry()) {
            CampaignResponse a = campaign(registry, "a");
            CampaignResponse b = campaign(registry, "b");
            registry.mutate(Make.resign("x", "a", a.getLeaseId()));
            Leadership now = scope(registry);
            assertThat(now.getLeaderId()).isEqualTo("b");
            assertThat(now.getLeaseId()).isEqualTo(b.getLeaseId());
            assertThat(now.getFencingToken()).isGreaterThan(a.getFencingToken());
            assertThat(now.getTerm()).isEqualTo(2);
            assertThat(LeaseRows.get(registry.store, b.getLeaseId()))
                    .extracting(LeaseRow::getFencingToken, LeaseRow::getGeneration)
                    .containsExactly(now.getFencingToken(), 2L);
            assertThat(registry.mutate(fenced("x", a.getFencingToken())).code()).isEqualTo(STALE_FENCING_TOKEN);
            assertThat(registry.mutate(fenced("x", now.getFencingToken())).isRejected())
                    .isFalse();
        }
    }

    @Test
    void leaderAndFirstWaiterExpireTogether_theNextOneLeads() {
        try (Registry registry = new Registry()) {
            CampaignResponse a = campaign(registry, "a");
            CampaignResponse b = campaign(registry, "b");
            campaign(registry, "c");
            registry.mutate(Make.settle(1, Make.step(EXPIRE, b.getLeaseId(), 1), Make.step(EXPIRE, a.getLeaseId(), 1)));
            assertThat(scope(registry).getLeaderId()).isEqualTo("c");
            assertThat(scope(registry).getTerm()).isEqualTo(2);
            assertThat(scope(registry).getCandidatesList()).isEmpty();
        }
    }

    @Test
    void leaderCampaignsAgain_itsFormerSelfIsFencedOff() {
        try (Registry registry = new Registry()) {
            CampaignResponse first = campaign(registry, "a");
            CampaignResponse second = campaign(registry, "a");
            assertThat(second.getElected()).isTrue();
            assertThat(second.getFencingToken()).isGreaterThan(first.getFencingToken());
            assertThat(registry.mutate(fenced("x", first.getFencingToken())).code())
                    .isEqualTo(STALE_FENCING_TOKEN);
        }
    }

    @Test
    void deletedScope_goesOnAboveItsLastToken() {
        try (Registry registry = new Registry()) {
            CampaignResponse before = campaign(registry, "a");
            registry.mutate(VACATED);
            registry.mutate(Make.deleteLeadership("x"));
            CampaignResponse after = campaign(registry, "a");
            assertThat(after.getFencingToken()).isGreaterThan(before.getFencingToken());
            assertThat(after.getLeadership().getTerm()).isEqualTo(1);
        }
    }

    @Test
    void dryRun_checksTheFence() {
        try (Registry registry = new Registry()) {
            registry.mutate(LED);
            assertThat(registry.dryRun(fenced("x", 1)).code()).isEqualTo(STALE_FENCING_TOKEN);
        }
    }

    @Test
    void list_filters() {
        try (Registry registry = new Registry()) {
            registry.mutate(
                    Make.campaign("x1", "a", false).toBuilder().setKind("k").build());
            registry.mutate(Make.campaign("x2", "b", false).toBuilder()
                    .putLabels("zone", "z")
                    .build());
            registry.mutate(Make.campaign("y", "a", false));
            assertThat(list(registry, ListLeadershipsRequest.newBuilder())).containsExactly("x1", "x2", "y");
            assertThat(list(registry, ListLeadershipsRequest.newBuilder().setKind("k")))
                    .containsExactly("x1");
            assertThat(list(registry, ListLeadershipsRequest.newBuilder().setLeaderId("a")))
                    .containsExactly("x1", "y");
            assertThat(list(registry, ListLeadershipsRequest.newBuilder().setSearch("X")))
                    .containsExactly("x1", "x2");
            assertThat(list(registry, ListLeadershipsRequest.newBuilder().setLabelSelector("zone=z")))
                    .containsExactly("x2");
        }
    }

    private static Iterable<String> list(Registry registry, ListLeadershipsRequest.Builder request) {
        return registry.query(request.build(), ListLeadershipsResponse.class).getLeadershipsList().stream()
                .map(Leadership::getScope)
                .toList();
    }
}

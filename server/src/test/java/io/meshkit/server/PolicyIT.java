package io.meshkit.server;

import static io.meshkit.server.process.QuorumFiles.ADMIN_TOKEN;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshkit.server.process.Rest;
import io.meshkit.server.process.TestQuorum;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Policies, approvals and quotas of real processes, at every node, over REST. */
class PolicyIT {
    @TempDir
    static Path directory;

    private static TestQuorum quorum;
    private static Rest first;
    private static Rest second;

    @BeforeAll
    static void start() throws Exception {
        quorum = TestQuorum.start(directory, 3, Map.of());
        first = new Rest(quorum, "node-1");
        second = new Rest(quorum, "node-2");
    }

    @AfterAll
    static void stop() throws Exception {
        for (Rest rest : new Rest[] {first, second}) {
            if (rest != null) {
                rest.close();
            }
        }
        if (quorum != null) {
            quorum.close();
        }
    }

    private static HttpResponse<String> call(
            Rest rest, String token, String method, String path, String body, int status, String... headers)
            throws Exception {
        HttpResponse<String> answer = rest.call(token, method, path, body, headers);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        return answer;
    }

    private static String secret(String principal) throws Exception {
        call(
                first,
                ADMIN_TOKEN,
                "POST",
                "/meshkit/access/bindings",
                "{\"binding\":{\"principal\":\"" + principal + "\",\"role\":\"mesh.operate\"}}",
                200);
        String issued = call(
                        first,
                        ADMIN_TOKEN,
                        "POST",
                        "/meshkit/access/tokens",
                        "{\"principal\":\"" + principal + "\"}",
                        200)
                .body();
        Matcher secret = Pattern.compile("\"secret\":\\s*\"([^\"]+)\"").matcher(issued);
        assertThat(secret.find()).isTrue();
        return secret.group(1);
    }

    @Test
    void policy_isHeldAtEveryNode_andAnApprovalGoesItsWholeWay() throws Exception {
        String alice = secret("alice");
        String bob = secret("bob");
        call(first, ADMIN_TOKEN, "POST", "/meshkit/peers", "{\"peer\":{\"id\":\"p1\",\"role\":\"worker\"}}", 200);
        String typo = call(
                        first,
                        ADMIN_TOKEN,
                        "PUT",
                        "/meshkit/policies/two",
                        "{\"verbs\":[\"DrainPeeer\"],\"requiredApprovals\":1}",
                        400)
                .body();
        assertThat(typo).contains("no mutation is called DrainPeeer").contains("DrainPeer");
        assertThat(call(
                                first,
                                ADMIN_TOKEN,
                                "PUT",
                                "/meshkit/policies/two",
                                "{\"verbs\":[\"RemoveQuorumMember\"],\"requireReason\":true}",
                                400)
                        .body())
                .contains("is no mutation of records");
        call(
                first,
                ADMIN_TOKEN,
                "PUT",
                "/meshkit/policies/two",
                "{\"verbs\":[\"DrainPeer\"],\"requireTicket\":true,\"ticketPattern\":\"CHG-#\",\"requiredApprovals\":1}",
                200);

        String drain = "/meshkit/peers/p1:drain";
        String[] ticket = {"x-meshkit-change-ticket", "CHG-7"};
        assertThat(call(second, alice, "POST", drain, "{}", 403).body())
                .contains("asks for a change ticket like CHG-#")
                .contains("x-meshkit-request-approval");
        assertThat(call(second, alice, "POST", drain, "{}", 200, with(ticket, "x-meshkit-dry-run", "true"))
                        .body())
                .contains("\"requirements\"")
                .contains("the approval of somebody else");
        HttpResponse<String> asked =
                call(second, alice, "POST", drain, "{}", 200, with(ticket, "x-meshkit-request-approval", "true"));
        String id = asked.headers().firstValue("x-meshkit-approval").orElseThrow();
        assertThat(call(first, alice, "GET", "/meshkit/approvals/" + id, "", 200)
                        .body())
                .contains("\"requester\":\"alice\"")
                .contains("CHG-7");

        call(first, alice, "POST", "/meshkit/approvals/" + id + ":approve", "{}", 403);
        call(first, bob, "POST", "/meshkit/approvals/" + id + ":approve", "{}", 200);
        call(first, bob, "POST", drain, "{}", 403, with(ticket, "x-meshkit-approval", id));
        call(first, alice, "POST", drain, "{}", 200, with(ticket, "x-meshkit-approval", id));
        call(first, ADMIN_TOKEN, "POST", "/meshkit/peers/p1:resume", "{}", 200);
        call(second, alice, "POST", drain, "{}", 403, with(ticket, "x-meshkit-approval", id));
        String audit = call(second, ADMIN_TOKEN, "GET", "/meshkit/audit?kind=approval&name=" + id, "", 200)
                .body();
        assertThat(audit)
                .contains("\"verb\":\"RequestApproval\"")
                .contains("\"verb\":\"ApproveMutation\"")
                .contains("\"verb\":\"DrainPeer\"");
    }

    private static String[] with(String[] headers, String name, String value) {
        return new String[] {headers[0], headers[1], name, value};
    }

    @Test
    void quota_isHeldAtEveryNode_andCapacityShowsItsUse() throws Exception {
        call(first, ADMIN_TOKEN, "PUT", "/meshkit/quotas/orders", "{\"shardsMax\":1}", 200);
        call(first, ADMIN_TOKEN, "PUT", "/meshkit/quotas/*", "{\"shardsMax\":5}", 200);
        String shard = "{\"shard\":{\"namespace\":\"orders\",\"shardId\":\"%s\"}}";
        call(first, ADMIN_TOKEN, "POST", "/meshkit/shards", shard.formatted("s1"), 200);

        assertThat(call(second, ADMIN_TOKEN, "POST", "/meshkit/shards", shard.formatted("s2"), 429)
                        .body())
                .contains("LIMIT_EXCEEDED")
                .contains("namespace orders has 1 shards; its quota is 1");
        assertThat(call(first, ADMIN_TOKEN, "GET", "/meshkit/quotas/*", "", 200).body())
                .contains("\"shardsMax\":5");
        assertThat(call(first, ADMIN_TOKEN, "GET", "/meshkit/capacity", "", 200).body())
                .contains("{\"namespace\":\"orders\",\"shards\":1,\"shardsMax\":1,\"hasOwnQuota\":true}");
    }
}

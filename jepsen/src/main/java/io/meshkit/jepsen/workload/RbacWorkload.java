package io.meshkit.jepsen.workload;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonPrimitive;
import io.meshkit.jepsen.client.NodeClient;
import io.meshkit.jepsen.generator.Op;
import io.meshkit.v1.AccessServiceGrpc;
import io.meshkit.v1.Binding;
import io.meshkit.v1.GrantAccessRequest;
import io.meshkit.v1.IssueTokenRequest;
import io.meshkit.v1.IssueTokenResponse;
import io.meshkit.v1.RevokeAccessRequest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Rights that come and go: an administrator binds principals to a role and takes it away again, at any node, while they
 * read and write at every node, each with a token of its own. Whether a grant of unknown outcome ever happened, the audit
 * log tells.
 */
final class RbacWorkload implements Workload {
    private static final int PRINCIPALS = 3;
    private static final String ROLE = "mesh.operate";
    private static final int GRANT_PERCENT = 12;
    private static final int REVOKE_PERCENT = 12;
    private static final int READ_PERCENT = 38; // and the rest are writes

    private final Random random;
    /** Secrets by principal; written before the load. */
    private final Map<String, String> tokens = new LinkedHashMap<>();

    private long requests;

    RbacWorkload(Plan plan) {
        this.random = plan.random();
    }

    @Override
    public String name() {
        return "rbac";
    }

    @Override
    public void setUp(NodeClient client) {
        for (int i = 0; i < PRINCIPALS; i++) {
            String principal = principal(i);
            IssueTokenResponse issued = SetUp.call(
                    client,
                    AccessServiceGrpc.getIssueTokenMethod(),
                    IssueTokenRequest.newBuilder().setPrincipal(principal).build());
            if (issued.getSecret().isEmpty()) {
                throw new IllegalStateException("no secret for " + principal + ": " + issued.getResult());
            }
            tokens.put(principal, issued.getSecret());
        }
    }

    private static String principal(int number) {
        return "jepsen-" + number;
    }

    @Override
    public Op next(int thread, long process) {
        int number = random.nextInt(PRINCIPALS);
        int dice = random.nextInt(100);
        Op op;
        if (dice < GRANT_PERCENT) {
            op = new Op("rbac-grant", principal(number), new JsonPrimitive(ROLE));
        } else if (dice < GRANT_PERCENT + REVOKE_PERCENT) {
            op = new Op("rbac-revoke", principal(number), JsonNull.INSTANCE);
        } else {
            boolean reads = dice < GRANT_PERCENT + REVOKE_PERCENT + READ_PERCENT;
            JsonElement value = reads ? JsonNull.INSTANCE : new JsonPrimitive(++requests);
            op = new Op(reads ? "read" : "write", "b" + number, value);
            op.details().addProperty("principal", principal(number));
        }
        if (!isReadOnly(op)) {
            op.details().addProperty("idem", "rbac-" + ++requests);
        }
        return op;
    }

    @Override
    public boolean isReadOnly(Op op) {
        return op.f().equals("read");
    }

    @Override
    public Completion execute(Op op, NodeClient client) {
        return switch (op.f()) {
            case "rbac-grant" -> grant(op, client);
            case "rbac-revoke" -> revoke(op, client);
            case "read", "write" -> Registers.execute(op, as(op, client));
            default -> throw new IllegalArgumentException("not about rights: " + op);
        };
    }

    private NodeClient as(Op op, NodeClient client) {
        String token = tokens.get(op.details().get("principal").getAsString());
        if (token == null) {
            throw new IllegalStateException("not set up: " + op);
        }
        return client.withToken(token);
    }

    private static Completion grant(Op op, NodeClient client) {
        return Completion.of(
                op.value(),
                client.call(
                                AccessServiceGrpc.getGrantAccessMethod(),
                                GrantAccessRequest.newBuilder()
                                        .setOptions(Registers.options(op))
                                        .setBinding(Binding.newBuilder()
                                                .setId(binding(op))
                                                .setPrincipal(String.valueOf(op.key()))
                                                .setRole(ROLE))
                                        .build())
                        .getResult());
    }

    private static Completion revoke(Op op, NodeClient client) {
        return Completion.of(
                op.value(),
                client.call(
                                AccessServiceGrpc.getRevokeAccessMethod(),
                                RevokeAccessRequest.newBuilder()
                                        .setOptions(Registers.options(op))
                                        .setId(binding(op))
                                        .build())
                        .getResult());
    }

    private static String binding(Op op) {
        return "of-" + op.key();
    }

    @Override
    public List<Op> finalReads() {
        List<Op> reads = new ArrayList<>();
        for (int i = 0; i < PRINCIPALS; i++) {
            Op op = new Op("read", "b" + i, JsonNull.INSTANCE);
            op.details().addProperty("principal", principal(i));
            reads.add(op);
        }
        return reads;
    }

    /** Also for the grants that nobody answered. */
    @Override
    public Records records() {
        return Documents.RECORDS;
    }
}

package io.omnirelay.cli.mesh;

import com.google.protobuf.ByteString;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.client.AuditChain;
import io.meshkit.client.Endpoint;
import io.meshkit.v1.AuditEntry;
import io.meshkit.v1.CountAuditResponse;
import io.meshkit.v1.GetStateHashRequest;
import io.meshkit.v1.GetStateHashResponse;
import io.meshkit.v1.QuorumServiceGrpc;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Recomputes the hash chain of the audit history on this side, and holds it against the hash that each node says it
 * has.
 */
final class AuditVerification {
    private static final Pattern AFTER = Pattern.compile("(\\d{1,16})=([0-9a-fA-F]{64})");

    /**
     * A place in the chain.
     *
     * @param hash of the entry of that revision
     */
    record Link(long revision, ByteString hash) {

        /** @throws RegistryException INVALID_REQUEST unless it is {@code REVISION=HASH} */
        static Link parse(String option, String text) {
            Matcher matcher = AFTER.matcher(text);
            if (!matcher.matches()) {
                throw GlobalOptions.invalid(option, text, "REVISION=HASH as a verification before has shown them");
            }
            return new Link(
                    Long.parseLong(matcher.group(1)),
                    ByteString.copyFrom(HexFormat.of().parseHex(matcher.group(2).toLowerCase(Locale.ROOT))));
        }

        String hex() {
            return HexFormat.of().formatHex(hash.toByteArray());
        }
    }

    /**
     * What a node says of the chain.
     *
     * @param failure why it said nothing; the hash is empty then
     */
    record Claim(
            String node,
            long revision,
            String hash,
            @Nullable RegistryException failure) {}

    /**
     * What was found to be right.
     *
     * @param oldestTaken the first entry's own hash could not be recomputed, as what it follows is no longer kept
     */
    record Verified(long entries, long from, Link end, boolean oldestTaken, List<Claim> claims) {
        /** Whether the verified part reaches to what the node said. */
        boolean compared(Claim claim) {
            return claim.failure() == null
                    && claim.revision() >= Math.max(0, from - 1)
                    && claim.revision() <= end.revision();
        }

        boolean allAnswered() {
            return claims.stream().allMatch(claim -> claim.failure() == null);
        }
    }

    private final Session session;
    private final AuditWalk walk;
    private final List<Claim> claims = new ArrayList<>();
    private @Nullable Link link;
    private long entries;

    AuditVerification(Session session) {
        this.session = session;
        this.walk = new AuditWalk(session);
    }

    /**
     * @param after begin behind it; null: with the oldest entry kept
     * @param node  the only one to be asked; null: all
     * @throws RegistryException CORRUPTION if an entry or a node's hash does not fit
     */
    Verified run(@Nullable Link after, @Nullable String node) {
        for (Endpoint endpoint : session.client().endpoints()) {
            if (node == null || node.equals(endpoint.node())) {
                claims.add(ask(endpoint.node()));
            }
        }
        long to = claims.stream().mapToLong(Claim::revision).max().orElse(0);
        throwIfNobodyAnswered();
        CountAuditResponse count = walk.count();
        long from = after == null ? Math.max(1, count.getOldestRevision()) : after.revision() + 1;
        if (after != null && after.revision() > to) {
            throw GlobalOptions.invalid("--after", after.revision() + "=" + after.hex(), "a revision up to " + to);
        }
        link = after != null ? after : from == 1 ? new Link(0, AuditChain.ROOT) : null;
        boolean oldestTaken = link == null;
        if (link != null) {
            compare(link);
        }
        walk.each(from, to, this::read);
        return new Verified(entries, from, end(), oldestTaken, List.copyOf(claims));
    }

    private void throwIfNobodyAnswered() {
        RegistryException first = null;
        for (Claim claim : claims) {
            if (claim.failure() == null) {
                return;
            }
            first = first == null ? claim.failure() : first;
        }
        if (first != null) {
            throw first;
        }
    }

    private Link end() {
        return link == null ? new Link(0, AuditChain.ROOT) : link;
    }

    private Claim ask(String node) {
        try {
            GetStateHashResponse said = session.client()
                    .call(
                            QuorumServiceGrpc.getGetStateHashMethod(),
                            session.reading(GetStateHashRequest.getDefaultInstance()),
                            session.settings().withNode(node));
            return new Claim(node, said.getReadInfo().getRevision(), said.getChainHash(), null);
        } catch (RegistryException e) {
            return new Claim(node, 0, "", e);
        }
    }

    private boolean read(AuditEntry entry) {
        if (link != null) {
            ByteString computed = AuditChain.hash(link.hash(), entry);
            if (!computed.equals(entry.getHash())) {
                throw RegistryException.of(
                        ErrorCode.CORRUPTION,
                        "audit entry " + entry.getRevision() + " does not follow the one before: it has the hash "
                                + new Link(entry.getRevision(), entry.getHash()).hex() + ", its content gives "
                                + new Link(entry.getRevision(), computed).hex(),
                        "It, or one before it, was changed. Take a client of the nodes' version: an older one may not"
                                + " know all fields.");
            }
        }
        Link here = new Link(entry.getRevision(), entry.getHash());
        compare(here);
        link = here;
        entries++;
        return true;
    }

    private void compare(Link here) {
        for (Claim claim : claims) {
            if (claim.failure() == null
                    && claim.revision() == here.revision()
                    && !claim.hash().equals(here.hex())) {
                throw RegistryException.of(
                        ErrorCode.CORRUPTION,
                        claim.node() + " says that the chain's hash at revision " + here.revision() + " is "
                                + claim.hash() + ", the audit history gives " + here.hex(),
                        "Compare the nodes: omnirelay quorum hash.");
            }
        }
    }
}

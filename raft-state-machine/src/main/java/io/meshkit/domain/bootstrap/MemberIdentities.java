package io.meshkit.domain.bootstrap;

import static io.meshkit.domain.records.MemberKind.MEMBER;

import io.meshkit.api.ErrorCode;
import io.meshkit.domain.kernel.Check;
import io.meshkit.domain.kernel.DomainLimits;
import io.meshkit.domain.kernel.Errors;
import io.meshkit.domain.kernel.Work;
import io.meshkit.v1.ErrorDetail;
import io.meshkit.v1.IssueJoinTokenRequest;
import io.meshkit.v1.MemberIdentity;
import io.meshkit.v1.QuorumMemberRecord;
import io.meshkit.v1.QuorumMemberRecord.State;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What tokens and certificates for members of the quorum itself are held to. Who is a member now, the Raft configuration
 * says, which the domain does not know: the node that receives a request holds it against that. Who came and who went is
 * in the state.
 */
final class MemberIdentities {
    /** What a member is, where a workload has a role of its own. */
    static final String ROLE = "member";

    private static final Pattern NODE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");
    private static final Pattern NAME =
            Pattern.compile("(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}"
                    + "[A-Za-z0-9])?)*");
    private static final Pattern NUMBERS = Pattern.compile("[0-9]+(\\.[0-9]+){3}");
    private static final Pattern IPV4 = Pattern.compile("((25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(\\.(?!$)|$)){4}");
    private static final Pattern GROUPS = Pattern.compile("[0-9A-Fa-f]{1,4}(:[0-9A-Fa-f]{1,4})*");
    private static final int IPV6_GROUPS = 8;

    private MemberIdentities() {}

    /** Of a request for a token. */
    static void check(IssueJoinTokenRequest request, Check check) {
        MemberIdentity member = request.getMember();
        check.that(
                        NODE.matcher(member.getNode()).matches(),
                        "member.node",
                        "not a node id: " + Check.shown(member.getNode()),
                        "1–63 of A–Z a–z 0–9 . _ -, starting with a letter or digit")
                .that(
                        SpiffeIds.isId(request.getSpiffeId())
                                && member.getNode().equals(SpiffeIds.memberOf(request.getSpiffeId())),
                        "spiffeId",
                        "the SPIFFE id is not that of the member",
                        "leave it out: it is node/" + member.getNode())
                .that(
                        request.getRole().isEmpty() || request.getRole().equals(ROLE),
                        "role",
                        "a member of the quorum has no role of its own",
                        "leave it out: it is " + ROLE)
                .that(
                        request.getUsesMax() <= 1,
                        "usesMax",
                        "a join token for a member can be used once, not " + request.getUsesMax() + " times",
                        "leave it out, and issue one for each member")
                .that(
                        member.getHostsCount() > 0,
                        "member.hosts",
                        "the request names no host of the member",
                        "name the hosts and addresses by which it is reached: its certificate is good for those")
                .atMost(DomainLimits.MEMBER_HOSTS_MAX, member.getHostsCount(), "member.hosts", "entries")
                .that(
                        new TreeSet<>(member.getHostsList()).size() == member.getHostsCount(),
                        "member.hosts",
                        "a host is named twice",
                        "name each once");
        for (int i = 0; i < member.getHostsCount() && check.isClean(); i++) {
            check.that(
                    isHost(member.getHosts(i)),
                    "member.hosts[" + i + "]",
                    "not a host: " + Check.shown(member.getHosts(i)),
                    "a DNS name, or an IPv4 or IPv6 address without brackets and port");
        }
    }

    /** What a certificate can name: anything else would only be found out by who signs it. */
    static boolean isHost(String host) {
        if (host.indexOf(':') >= 0) {
            return isIpv6(host);
        }
        return NUMBERS.matcher(host).matches()
                ? IPV4.matcher(host).matches()
                : NAME.matcher(host).matches();
    }

    private static boolean isIpv6(String host) {
        int gap = host.indexOf("::");
        if (gap < 0) {
            return groups(host) == IPV6_GROUPS;
        }
        int before = groups(host.substring(0, gap));
        int after = groups(host.substring(gap + 2));
        return before >= 0 && after >= 0 && before + after < IPV6_GROUPS;
    }

    /** −1: they are none. */
    private static int groups(String text) {
        if (text.isEmpty()) {
            return 0;
        }
        return GROUPS.matcher(text).matches() ? text.split(":", -1).length : -1;
    }

    /** Why nobody can become a member under that id, or null. */
    static @Nullable ErrorDetail refusal(Work work, MemberIdentity member) {
        String node = member.getNode();
        return switch (state(work, node)) {
            case STATE_UNSPECIFIED, JOINING -> null;
            case MEMBER ->
                Errors.ofField(
                        ErrorCode.ALREADY_EXISTS,
                        "member.node",
                        node + " is a member of the quorum already",
                        "give the new node an id that no member ever had");
            case LEAVING, REMOVED -> gone(node);
            case UNRECOGNIZED -> throw new IllegalStateException("a member's record of a later version");
        };
    }

    /** Why the certificate of a member is not renewed, or null. */
    static @Nullable ErrorDetail renewalRefusal(Work work, MemberIdentity member) {
        State state = state(work, member.getNode());
        return state == State.LEAVING || state == State.REMOVED ? gone(member.getNode()) : null;
    }

    private static ErrorDetail gone(String node) {
        return Errors.ofField(
                ErrorCode.ALREADY_EXISTS,
                "member.node",
                node + " was a member of the quorum and was removed",
                "its id is never used again: give the new node one that no member ever had");
    }

    private static State state(Work work, String node) {
        QuorumMemberRecord record = MEMBER.get(work.view(), MEMBER.ref(node));
        return record == null ? State.STATE_UNSPECIFIED : record.getState();
    }
}

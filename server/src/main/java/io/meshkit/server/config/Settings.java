package io.meshkit.server.config;

import static io.meshkit.server.config.Setting.choice;
import static io.meshkit.server.config.Setting.number;
import static io.meshkit.server.config.Setting.path;
import static io.meshkit.server.config.Setting.port;
import static io.meshkit.server.config.Setting.text;
import static io.meshkit.server.config.Setting.toggle;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The table of all settings: the one place that knows their defaults, bounds and hazards. The loader, the
 * printer, the environment and the reference documentation read it.
 */
public final class Settings {
    private Settings() {}

    static final List<String> SECTIONS = List.of(
            "cluster",
            "node",
            "listen",
            "members",
            "tls",
            "access",
            "limits",
            "http3",
            "transport-policy",
            "raft",
            "leases",
            "storage",
            "watch",
            "journal",
            "log",
            "admission",
            "denials",
            "authentication",
            "bootstrap");

    private static final int KIB = 1024;
    private static final int MIB = 1024 * KIB;

    private static final List<Setting> MOST = List.of(
            text("cluster.id", null, "UUID of the quorum. Every member, certificate and data directory carries it.")
                    .hazard("a node with another id refuses its own data directory and every other member"),
            text("cluster.name", "local", "Name of the quorum for people."),
            text("node.id", null, "Name of this member; one of members[].node.")
                    .hazard("two processes under one id vote twice: never copy a data directory"),
            path("node.data-dir", null, "Directory of the Raft log and the store. Only this process may use it.")
                    .hazard("on a file system without fsync, acknowledged mutations can be lost"),
            choice(
                            "node.initial-state",
                            "new",
                            List.of("new", "existing", "join"),
                            "What an empty data directory means. new: this member's first start. existing: the"
                                    + " member has run before, so its data was lost, and it refuses to start. join:"
                                    + " the node waits until it is added to the quorum, of which members names at"
                                    + " least one node beside this one.")
                    .hazard("new on a member whose data was lost lets it vote a second time in a term; set existing"
                            + " once the quorum has been made"),
            text("listen.host", "127.0.0.1", "Address to bind: a host name or an IP address.")
                    .hazard("0.0.0.0 offers the endpoints on every interface"),
            port("listen.https-port", 9440, "REST, SSE and gRPC over HTTP/2 and HTTP/3 (TCP and UDP)."),
            port("listen.grpc-port", 9441, "gRPC over HTTP/2."),
            port("listen.raft-port", 9442, "Raft among the members."),
            port("listen.node-port", 9443, "Calls among the members outside Raft."),
            text("members[].node", null, "Name of a member."),
            text("members[].host", null, "Where the other members and clients reach it."),
            port("members[].https-port", 9440, "Its listen.https-port."),
            port("members[].grpc-port", 9441, "Its listen.grpc-port."),
            port("members[].raft-port", 9442, "Its listen.raft-port."),
            port("members[].node-port", 9443, "Its listen.node-port."),
            path("tls.client.certificate", null, "PEM chain that clients see."),
            path("tls.client.key", null, "Its PKCS #8 key in PEM."),
            path("tls.client.ca", null, "PEM of the CA that signs client certificates.")
                    .hazard("whoever holds that CA's key can be any principal"),
            choice(
                            "tls.client.mtls-https",
                            "optional",
                            List.of("off", "optional", "required"),
                            "Whether HTTP/2 and HTTP/1.1 on the HTTPS port ask for a client certificate.")
                    .hazard("required shuts out everybody with a token alone, and probes of /livez and /readyz; off"
                            + " leaves tokens as the only credential"),
            choice(
                            "tls.client.mtls-http3",
                            "optional",
                            List.of("off", "optional", "required"),
                            "The same for HTTP/3 on that port.")
                    .hazard("a caller refused over HTTP/3 sees a connection that opens and then ends"),
            choice(
                            "tls.client.mtls-grpc",
                            "optional",
                            List.of("off", "optional", "required"),
                            "The same for the gRPC port.")
                    .hazard("required shuts out the SDK and the CLI with a token alone"),
            path("tls.client.named[].certificate", null, "PEM chain for callers who ask for a DNS name in it (SNI)."),
            path("tls.client.named[].key", null, "Its PKCS #8 key in PEM."),
            number(
                            "tls.reload-interval-ms",
                            "ms",
                            10_000,
                            0,
                            86_400_000,
                            "How often the PEM files are compared with what is in use; a change counts when two"
                                    + " comparisons in a row find it.")
                    .zero("only when asked for by POST /omnirelay/control/tls")
                    .hazard("0 and no request: certificates expire although the files were replaced"),
            path("tls.raft.certificate", null, "PEM chain for the other members, naming this node's SPIFFE id."),
            path("tls.raft.key", null, "Its PKCS #8 key in PEM."),
            path("tls.raft.ca", null, "PEM of the CA of the members alone.")
                    .hazard("whoever holds a certificate of it can write to the log: never the CA of clients"),
            path("access.file", null, "YAML file of the principals."),
            number("limits.request-bytes-max", "bytes", MIB, KIB, 2 * MIB, "Largest request.")
                    .hazard("a log entry holds at most 4 MiB"),
            number(
                    "limits.request-timeout-ms",
                    "ms",
                    10_000,
                    100,
                    600_000,
                    "Deadline of a call that names none, and the most that any may take."),
            number("limits.leader-wait-ms", "ms", 3_000, 0, 60_000, "How long a call waits for a leader to be elected.")
                    .zero("fail at once with NO_LEADER")
                    .hazard("below the election timeout, every failover becomes visible to clients"),
            number(
                            "limits.slow-request-ms",
                            "ms",
                            1_000,
                            0,
                            600_000,
                            "A call that takes longer is logged as a warning.")
                    .zero("never"),
            number(
                            "limits.checkpoint-bytes-per-second",
                            "bytes/s",
                            64 * MIB,
                            0,
                            10L * 1024 * MIB,
                            "Rate at which a checkpoint is sent to another member.")
                    .zero("no limit")
                    .hazard("no limit can starve the log of disk and network"),
            number(
                            "limits.shutdown-timeout-ms",
                            "ms",
                            10_000,
                            0,
                            300_000,
                            "How long a shutdown waits for calls in flight.")
                    .zero("cut them off"),
            number(
                            "limits.connections-max",
                            "connections",
                            10_000,
                            1,
                            MIB,
                            "Connections per listener; more are closed on arrival.")
                    .hazard("each takes a file handle: raise the limit of the process with it"),
            number(
                    "limits.streams-per-connection-max",
                    "streams",
                    256,
                    1,
                    64 * KIB,
                    "Concurrent requests of one HTTP/2 or HTTP/3 connection; a further stream is refused or waits."),
            number(
                    "limits.requests-in-flight-max",
                    "requests",
                    8_192,
                    1,
                    MIB,
                    "Requests of REST and calls of gRPC on the HTTPS port being answered at once, and as many calls on"
                            + " sessions; beyond it OVERLOADED."),
            number(
                    "limits.session-calls-max",
                    "calls",
                    1_024,
                    1,
                    64 * KIB,
                    "Calls being answered at once on one session; beyond it OVERLOADED."),
            number(
                    "limits.session-frame-calls-max",
                    "calls",
                    256,
                    1,
                    64 * KIB,
                    "Calls in one frame of a session; beyond it the session is ended."),
            number(
                    "limits.idle-timeout-ms",
                    "ms",
                    60_000,
                    1_000,
                    86_400_000,
                    "An HTTPS connection, TCP or QUIC, without a request for so long is closed."),
            toggle("http3.enabled", true, "Whether HTTP/3 is served, on the UDP port of listen.https-port."),
            number(
                            "http3.stream-window-bytes",
                            "bytes",
                            256 * KIB,
                            16 * KIB,
                            16 * MIB,
                            "What a caller may send ahead on one stream.")
                    .hazard("low: slow uploads over long distances"),
            number(
                            "http3.connection-window-bytes",
                            "bytes",
                            4 * MIB,
                            16 * KIB,
                            64 * MIB,
                            "The same for all streams of a connection; at least http3.stream-window-bytes.")
                    .hazard("times limits.connections-max it is memory that callers can fill"),
            number(
                    "http3.resets-max",
                    "streams",
                    10_000,
                    10,
                    1_000_000,
                    "Streams that a caller may break off on one connection before it must make a new one."),
            number(
                            "http3.retry-token-seconds",
                            "s",
                            10,
                            1,
                            300,
                            "How long a caller's address stays proven before it must have connected.")
                    .hazard("long: a token that was overheard can be used for longer"),
            toggle(
                            "transport-policy.live",
                            true,
                            "Whether the registry's config document transport-policy narrows and excepts, too.")
                    .hazard("false is the way out when that document locks you out, and ignores it on this node"),
            text("transport-policy.categories[].name", null, "Category that is narrowed; see docs/transport.md."),
            text(
                    "transport-policy.categories[].transports",
                    "",
                    "What it still allows, with commas: http3, grpc-h3, grpc, http2, http1. Empty: all."),
            text(
                    "transport-policy.categories[].encodings",
                    "",
                    "What it still allows, with commas: protobuf, json, raw. Empty: all."),
            text("transport-policy.endpoints[].name", null, "Endpoint that offers only what follows."),
            text("transport-policy.endpoints[].transports", "", "As of a category. Empty: all."),
            text("transport-policy.endpoints[].encodings", "", "As of a category. Empty: all."),
            text("transport-policy.exceptions[].endpoint", "", "Endpoint that it is for, or else the category."),
            text("transport-policy.exceptions[].category", "", "Category that it is for, or else the endpoint."),
            text("transport-policy.exceptions[].transports", "", "What it allows. Empty: what is allowed anyway."),
            text("transport-policy.exceptions[].encodings", "", "What it allows. Empty: what is allowed anyway."),
            text("transport-policy.exceptions[].approved-by", "", "Who answers for it; must be given."),
            text("transport-policy.exceptions[].reason", "", "Why; must be given."),
            text(
                            "transport-policy.exceptions[].expires",
                            "",
                            "Until when, in RFC 3339, at most 366 days ahead; must be given.")
                    .hazard("the node does not start again after it, and calls that need the exception are refused"),
            number(
                            "raft.election-timeout-min-ms",
                            "ms",
                            1_000,
                            50,
                            60_000,
                            "A member that hears no leader for so long may start an election.")
                    .hazard("below about 500 ms, load or a pause of the JVM costs the leader its term"),
            number(
                    "raft.election-timeout-max-ms",
                    "ms",
                    2_000,
                    100,
                    120_000,
                    "Upper end of the random election timeout; a leader cut off for so long steps down."),
            number(
                    "raft.first-election-timeout-min-ms",
                    "ms",
                    300,
                    50,
                    60_000,
                    "The same after a start, until a leader is heard of."),
            number(
                    "raft.first-election-timeout-max-ms",
                    "ms",
                    600,
                    100,
                    120_000,
                    "Upper end of the first election timeout."),
            toggle(
                    "raft.early-election",
                    true,
                    "Stand for election at once, without the timeout, when the leader's process is gone and a majority"
                            + " says so."),
            number(
                    "raft.request-timeout-ms",
                    "ms",
                    5_000,
                    100,
                    60_000,
                    "Longest wait for one Raft call between members."),
            number(
                    "raft.read-round-timeout-ms",
                    "ms",
                    1_000,
                    50,
                    60_000,
                    "A member that does not confirm the leader's term by then does not count."),
            number("raft.entry-commands-max", "commands", 256, 1, 8_192, "Mutations packed into one log entry."),
            number("raft.entry-bytes-max", "bytes", 512 * KIB, KIB, 2 * MIB, "Packing stops at this size."),
            number("raft.entries-in-flight-max", "entries", 1, 1, 64, "Entries proposed and not yet applied.")
                    .hazard("more makes the entries smaller, not the throughput larger"),
            number(
                    "raft.queue-commands-max",
                    "commands",
                    8_192,
                    1,
                    1_000_000,
                    "Mutations waiting for a place in an entry; beyond it OVERLOADED."),
            number("raft.queue-bytes-max", "bytes", 64 * MIB, 4 * MIB, 1024 * MIB, "The same in bytes."),
            number(
                            "raft.free-space-bytes-min",
                            "bytes",
                            256 * MIB,
                            0,
                            1024L * 1024 * MIB,
                            "With less free disk the node does not start.")
                    .zero("not checked")
                    .hazard("a full disk stops the log until a restart"),
            number(
                            "raft.snapshot-threshold-entries",
                            "entries",
                            100_000,
                            1,
                            100_000_000,
                            "Log entries between two snapshots.")
                    .hazard("high: long replay at start; low: frequent flushes"),
            number(
                    "raft.snapshot-interval-ms",
                    "ms",
                    600_000,
                    1_000,
                    86_400_000,
                    "Longest time with entries that no snapshot covers."),
            number(
                            "raft.log-entries-kept",
                            "entries",
                            200_000,
                            0,
                            1_000_000_000,
                            "Log entries kept for members that lag.")
                    .zero("none: a member that lags at all fetches a checkpoint"),
            number(
                            "raft.log-entries-held-max",
                            "entries",
                            1_000_000,
                            0,
                            1_000_000_000,
                            "Log entries that a leader keeps beyond that for a member that answers and is catching up.")
                    .zero("none: under load, a member that returns may fetch checkpoints for ever")
                    .hazard("what is held takes disk on the leader"),
            number(
                    "raft.log-segment-bytes-max",
                    "bytes",
                    16 * MIB,
                    8 * KIB,
                    1024 * MIB,
                    "Size of a log file; log is dropped by whole files, and the newest are in memory, too."),
            number(
                            "leases.suspect-grace-ms",
                            "ms",
                            30_000,
                            1_000,
                            86_400_000,
                            "How long a peer stays suspect after its lease's TTL before it has left. The leader's"
                                    + " value counts.")
                    .hazard("low: a restart of a peer or a short partition makes it leave"),
            number(
                            "leases.checkpoint-interval-ms",
                            "ms",
                            5_000,
                            500,
                            600_000,
                            "How often what remains of a silent lease is written to the log, so that a change of leader"
                                    + " does not start it anew. A lease is silent from half its TTL on.")
                    .hazard("high: a lease can outlive its holder by so much per change of leader"),
            number(
                            "leases.expiry-guard-percent",
                            "%",
                            30,
                            0,
                            100,
                            "If more of the peers would expire within the guard's window, none does, until they are"
                                    + " kept alive again or an operator releases the guard.")
                    .zero("no guard"),
            number(
                    "leases.expiry-guard-count-min",
                    "peers",
                    10,
                    1,
                    1_000_000,
                    "So many peers may expire within the window in any case."),
            number(
                    "leases.expiry-guard-window-ms",
                    "ms",
                    30_000,
                    1_000,
                    3_600_000,
                    "What the guard counts as at once."),
            number(
                    "storage.block-cache-bytes",
                    "bytes",
                    64 * MIB,
                    MIB,
                    1024L * 1024 * MIB,
                    "Memory for blocks of the store, write buffers included."),
            number(
                            "storage.write-buffer-bytes-max",
                            "bytes",
                            32 * MIB,
                            64 * KIB,
                            64L * 1024 * MIB,
                            "Writes not yet flushed; at most storage.block-cache-bytes.")
                    .hazard("high: long replay at start; low: many small files"),
            number(
                            "storage.recent-rows-bytes-max",
                            "bytes",
                            32 * MIB,
                            0,
                            1024L * MIB,
                            "Rows last read or written that applying the log finds in the heap.")
                    .zero("none is kept"),
            number("storage.open-files-max", "files", 512, 16, 1_000_000, "Table files kept open."),
            number("storage.background-jobs", "threads", 2, 1, 64, "Concurrent flushes and compactions."),
            number(
                            "storage.free-bytes-min",
                            "bytes",
                            512 * MIB,
                            0,
                            1024L * 1024 * MIB,
                            "With less free disk the node's disk is low: as the leader it refuses what adds, until a"
                                    + " quarter more than this is free.")
                    .zero("not checked")
                    .hazard("low: a write fails first, and halts the node"),
            number(
                    "storage.free-check-interval-ms",
                    "ms",
                    1_000,
                    10,
                    60_000,
                    "How often the free space is looked at; a leader also asks the other members."),
            number(
                    "watch.watchers-max",
                    "watches",
                    10_000,
                    1,
                    1_000_000,
                    "Watches open at one time; beyond it OVERLOADED."),
            number(
                            "watch.buffer-revisions-max",
                            "revisions",
                            4_096,
                            1,
                            1_000_000,
                            "Newest revisions kept in memory for all watches; who is further behind reads the journal.")
                    .hazard("low: watches that are a little slow read the store"),
            number(
                    "watch.buffer-bytes-max",
                    "bytes",
                    32 * MIB,
                    64 * KIB,
                    4L * 1024 * MIB,
                    "The same in bytes of journal; encoded forms take up to four times as much."),
            number("watch.catch-ups-max", "watches", 4, 1, 256, "Watches that read the store at one time."),
            number(
                            "watch.bookmark-interval-ms",
                            "ms",
                            10_000,
                            100,
                            30_000,
                            "Longest silence of a watch, and how often its caller's rights are checked again.")
                    .hazard("high: connections that look idle are cut on the way"),
            number(
                            "journal.revisions-max",
                            "revisions",
                            10_000_000,
                            0,
                            1_000_000_000_000L,
                            "Audit entries kept, which are also the change feed. The leader's setting counts.")
                    .zero("any number")
                    .hazard("low: watches that were away are told COMPACTED and start over"),
            number("journal.bytes-max", "bytes", 8L * 1024 * MIB, 0, 1L << 50, "The same in bytes.")
                    .zero("any size"),
            number(
                            "journal.age-max-ms",
                            "ms",
                            90L * 24 * 3_600_000,
                            0,
                            100L * 365 * 24 * 3_600_000,
                            "Age at which an audit entry goes.")
                    .zero("never"),
            number(
                    "journal.check-interval-ms",
                    "ms",
                    1_000,
                    10,
                    3_600_000,
                    "How often the leader looks whether something is to go."),
            choice("log.level", "info", List.of("error", "warn", "info", "debug", "trace"), "What is logged at least."),
            path("log.directory", "log", "Directory of the log file server.jsonl."),
            number("log.file-bytes-max", "bytes", 64 * MIB, MIB, 1024 * MIB, "Size at which a log file is rolled."),
            number("log.files-max", "files", 8, 1, 20, "Rolled files to keep."));

    public static final List<Setting> ALL = Stream.of(
                    MOST, AdmissionSettings.ALL, DenialSettings.ALL, AuthenticationSettings.ALL, BootstrapSettings.ALL)
            .flatMap(List::stream)
            .toList();

    /** The setting of a key, whose list indexes may be given. */
    static @Nullable Setting find(String key) {
        String any = ConfigLoader.anyIndex(key);
        for (Setting setting : ALL) {
            if (setting.key().equals(any)) {
                return setting;
            }
        }
        return null;
    }
}

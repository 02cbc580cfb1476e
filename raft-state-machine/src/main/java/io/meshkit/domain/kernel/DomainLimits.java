package io.meshkit.domain.kernel;

/**
 * The limits that decide what the state becomes.
 *
 * <p>Part of the replicated semantics, not of a node's configuration: two replicas with different limits
 * would decide the same log differently. Changing a default therefore needs a new log format or a replicated
 * setting. The record exists so that tests can reach a limit; production uses {@link #DEFAULTS}.
 *
 * @param dedupeRetentionMs   how long an outcome answers retries, in log time; > 0
 * @param dedupeSweepPerCommand expired outcomes removed per command, on average; ≥ 2, or they would pile up
 * @param peersMax            peers, ≥ 1
 * @param clustersMax         clusters, ≥ 1
 * @param shardsMax           shards, ≥ 1
 * @param configsMax          config documents, ≥ 1
 * @param leadershipsMax      leadership scopes, ≥ 1
 * @param leasesMax           leases of peers, leaders and waiting candidates together, ≥ 1
 * @param accessRecordsMax    roles, bindings, tokens and join tokens, so many of each, ≥ 1
 * @param transactionBytesMax encoded size of all records of a transaction, before and after together
 */
public record DomainLimits(
        long dedupeRetentionMs,
        int dedupeSweepPerCommand,
        long peersMax,
        long clustersMax,
        long shardsMax,
        long configsMax,
        long leadershipsMax,
        long leasesMax,
        long accessRecordsMax,
        long transactionBytesMax) {
    public static final DomainLimits DEFAULTS =
            new DomainLimits(3_600_000, 4, 100_000, 10_000, 1_000_000, 10_000, 10_000, 200_000, 50_000, 4 << 20);

    /** Bytes of a request id: 1–128 characters of one byte. */
    public static final int REQUEST_ID_MAX = 128;
    /** Characters of a record's id. */
    public static final int ID_MAX = 128;
    /** Bytes of a principal. */
    public static final int PRINCIPAL_BYTES_MAX = 512;

    public static final int REASON_BYTES_MAX = 1024;
    public static final int CHANGE_TICKET_BYTES_MAX = 256;
    public static final int LABELS_MAX = 64;
    public static final int LABEL_BYTES_MAX = 256;
    public static final int ANNOTATIONS_MAX = 64;
    public static final int ANNOTATION_BYTES_MAX = 4096;
    /** Bytes of a short text: role, region, zone, a version. */
    public static final int TEXT_BYTES_MAX = 256;
    /** Elements of a repeated field of a record. */
    public static final int LIST_MAX = 64;

    public static final int PRIORITY_MAX = 1000;
    /** Encoded size of a config document. */
    public static final int CONFIG_BYTES_MAX = 256 << 10;
    /** Objects and arrays inside one another, the document itself being the first. */
    public static final int CONFIG_DEPTH_MAX = 32;

    /**
     * Commands from one look for expired outcomes to the next. A look is a seek through all of a table's files, and costs
     * more than a command.
     */
    public static final int DEDUPE_SWEEP_EVERY = 64;

    public static final int TRANSACTION_OPERATIONS_MAX = 256;
    /** The shortest TTL of a lease: below it, an ordinary pause of a client's JVM would end its lease. */
    public static final long LEASE_TTL_MS_MIN = 1_000;

    public static final long LEASE_TTL_MS_MAX = 86_400_000;
    /** Who waits for one leadership scope. */
    public static final int LEADERSHIP_CANDIDATES_MAX = 64;
    /** Steps of one decision about leases: bounds its journal row. */
    public static final int LEASE_STEPS_MAX = 128;
    /** Leases that one call keeps alive or asks about. */
    public static final int LEASES_PER_CALL_MAX = 1_000;

    /** Members of the quorum that came or went: they are remembered for ever. */
    public static final int MEMBERS_EVER_MAX = 10_000;
    /** Policies: every change is held against each of them. */
    public static final int ACTION_POLICIES_MAX = 256;
    /** Others who must approve a mutation, at most. */
    public static final int APPROVALS_REQUIRED_MAX = 5;
    /** Approvals that wait to be given or used. */
    public static final int APPROVALS_MAX = 1_000;
    /** And of one requester. */
    public static final int APPROVALS_PER_REQUESTER_MAX = 50;
    /** Encoded size of a mutation that can be approved: whoever approves it is to read it. */
    public static final int APPROVAL_MUTATION_BYTES_MAX = 16 << 10;
    /** How long an approval can be given and used, unless a policy says otherwise: a day. */
    public static final long APPROVAL_TTL_MS_DEFAULT = 86_400_000;

    public static final long APPROVAL_TTL_MS_MIN = 60_000;
    public static final long APPROVAL_TTL_MS_MAX = 30L * 86_400_000;
    /** Expired approvals removed whenever one is asked for: ≥ 2, or they would pile up. */
    public static final int APPROVAL_SWEEP = 4;
    /** Namespaces that have a quota of their own. */
    public static final int QUOTAS_MAX = 10_000;
    /** Permissions of one role. */
    public static final int PERMISSIONS_MAX = 32;
    /** Groups that one credential names. */
    public static final int GROUPS_MAX = 32;
    /** How long a token lives unless told otherwise: 30 days. */
    public static final long TOKEN_TTL_MS_DEFAULT = 30L * 86_400_000;

    public static final long TOKEN_TTL_MS_MIN = 1_000;
    public static final long TOKEN_TTL_MS_MAX = 366L * 86_400_000;
    /** Tokens that share a batch id: bounds the journal row of their revocation. */
    public static final int TOKENS_PER_BATCH_MAX = 500;
    /** How long a join token can be used unless told otherwise: an hour. */
    public static final long JOIN_TOKEN_TTL_MS_DEFAULT = 3_600_000;

    public static final long JOIN_TOKEN_TTL_MS_MIN = 1_000;
    public static final long JOIN_TOKEN_TTL_MS_MAX = 30L * 86_400_000;
    /** How often one join token can be used. */
    public static final int JOIN_TOKEN_USES_MAX = 10_000;
    /** Join tokens that share a batch id: bounds the journal row of their revocation. */
    public static final int JOIN_TOKENS_PER_BATCH_MAX = 500;
    /** How long a join token is remembered after its end, so that whoever still has it is told what became of it. */
    public static final long JOIN_TOKEN_KEPT_MS = 86_400_000;
    /** Records that have had their time, removed per command that makes such a record: ≥ 2, or they would pile up. */
    public static final int BOOTSTRAP_SWEEP = 4;
    /** Facts that a join token can ask for. */
    public static final int ATTESTED_FACTS_MAX = 16;
    /** How long a certificate lives unless told otherwise: a day. */
    public static final long CERTIFICATE_LIFETIME_MS_DEFAULT = 86_400_000;

    public static final long CERTIFICATE_LIFETIME_MS_MIN = 60_000;
    public static final long CERTIFICATE_LIFETIME_MS_MAX = 90L * 86_400_000;
    /** How long the certificate of a quorum's member lives unless told otherwise: the node renews it by itself. */
    public static final long MEMBER_CERTIFICATE_LIFETIME_MS_DEFAULT = CERTIFICATE_LIFETIME_MS_MAX;
    /** Names and addresses of one member. */
    public static final int MEMBER_HOSTS_MAX = 8;
    /** How long the record of a certificate stays after its end. */
    public static final long CERTIFICATE_KEPT_MS = 3_600_000;
    /** Certificates of one SPIFFE id that are good at the same time. */
    public static final int CERTIFICATES_PER_IDENTITY_MAX = 16;
    /** Certificates whose records are kept, per peer that there may be. */
    public static final int CERTIFICATES_PER_PEER = 4;
    /** Issuing policies: whatever is issued is held against all of them. */
    public static final int ISSUING_POLICIES_MAX = 100;
    /** Characters of a SPIFFE id. */
    public static final int SPIFFE_ID_MAX = 256;
    /** Gathered denials of one command: bounds its journal row. */
    public static final int DENIALS_PER_COMMAND_MAX = 64;
    /** Bytes of the message of a denial. */
    public static final int DENIAL_MESSAGE_BYTES_MAX = 512;

    public static final int PAGE_SIZE_DEFAULT = 100;
    public static final int PAGE_SIZE_MAX = 500;
    /** Encoded size at which a page ends early; it always holds at least one record. */
    public static final int PAGE_BYTES_MAX = 4 << 20;

    /** Rows of a list that is sorted by other fields than its key: every page reads all of them. */
    public static final int SORTED_ROWS_MAX = 100_000;

    public static final int LABEL_SELECTOR_BYTES_MAX = 4096;

    /** Nodes of one simulation. */
    public static final int SIMULATION_NODES_MAX = 1000;
    /** Shards of one simulation: its answer is one message. */
    public static final int SIMULATION_SHARDS_MAX = 50_000;
    /** Points of all nodes on the ring of one simulation, 64 per unit of weight. */
    public static final int SIMULATION_RING_POINTS_MAX = 1_000_000;

    public DomainLimits {
        require(dedupeRetentionMs > 0, "dedupeRetentionMs");
        require(dedupeSweepPerCommand >= 2, "dedupeSweepPerCommand");
        require(peersMax >= 1, "peersMax");
        require(clustersMax >= 1, "clustersMax");
        require(shardsMax >= 1, "shardsMax");
        require(configsMax >= 1, "configsMax");
        require(leadershipsMax >= 1, "leadershipsMax");
        require(leasesMax >= 1, "leasesMax");
        require(accessRecordsMax >= 1, "accessRecordsMax");
        require(transactionBytesMax >= 1, "transactionBytesMax");
    }

    private static void require(boolean holds, String name) {
        if (!holds) {
            throw new IllegalArgumentException(name + " is out of range");
        }
    }
}

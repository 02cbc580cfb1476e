package io.meshkit.domain.records;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.meshkit.domain.kernel.RecordKind;
import io.meshkit.v1.RegistryRecord;
import java.util.List;
import java.util.Map;

/** All kinds of record. A new kind adds its line here. */
public final class RecordKinds {
    /** In order of their tags, which is the order of their rows. */
    public static final List<RecordKind<?>> ALL = List.of(
            PeerKind.PEER,
            ClusterKind.CLUSTER,
            ShardKind.SHARD,
            ConfigKind.CONFIG,
            LeadershipKind.LEADERSHIP,
            RoleKind.ROLE,
            BindingKind.BINDING,
            TokenKind.TOKEN,
            JoinTokenKind.JOIN_TOKEN,
            CertificateKind.CERTIFICATE,
            RevocationKind.REVOCATION,
            IssuingPolicyKind.ISSUING_POLICY,
            MemberKind.MEMBER,
            ActionPolicyKind.ACTION_POLICY,
            ApprovalKind.APPROVAL,
            NamespaceQuotaKind.NAMESPACE_QUOTA);

    private RecordKinds() {}

    public static List<String> names() {
        return ALL.stream().map(RecordKind::name).toList();
    }

    /** @throws IllegalArgumentException if there is no such kind */
    public static RecordKind<?> ofName(String name) {
        return ALL.stream()
                .filter(kind -> kind.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no kind " + name));
    }

    /** The record's labels. */
    public static Map<String, String> labels(RegistryRecord record) {
        return labels(ofName(set(record).getName()), unwrap(record));
    }

    @SuppressWarnings("unchecked") // The kind was found by the record.
    private static <T extends Message> Map<String, String> labels(RecordKind<T> kind, Message record) {
        return kind.meta((T) record).getLabelsMap();
    }

    /** The record inside. @throws IllegalArgumentException if there is none */
    public static Message unwrap(RegistryRecord record) {
        return (Message) record.getField(set(record));
    }

    /** Its name is the kind's. */
    private static FieldDescriptor set(RegistryRecord record) {
        FieldDescriptor set = record.getOneofFieldDescriptor(
                RegistryRecord.getDescriptor().getOneofs().getFirst());
        if (set == null) {
            throw new IllegalArgumentException("no record of a known kind");
        }
        return set;
    }
}

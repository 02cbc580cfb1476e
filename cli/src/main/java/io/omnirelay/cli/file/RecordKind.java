package io.omnirelay.cli.file;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.meshkit.v1.AccessToken;
import io.meshkit.v1.ActionPolicy;
import io.meshkit.v1.Approval;
import io.meshkit.v1.Binding;
import io.meshkit.v1.Cluster;
import io.meshkit.v1.ConfigDocument;
import io.meshkit.v1.IssuingPolicy;
import io.meshkit.v1.JoinToken;
import io.meshkit.v1.Leadership;
import io.meshkit.v1.NamespaceQuota;
import io.meshkit.v1.Peer;
import io.meshkit.v1.RecordMeta;
import io.meshkit.v1.Revocation;
import io.meshkit.v1.Role;
import io.meshkit.v1.Shard;
import io.meshkit.v1.WorkloadCertificate;
import java.util.Set;

/** The kinds of records of a mesh file, in the order in which they can be created: each may name the ones before. */
public enum RecordKind {
    CLUSTER("clusters", Cluster.getDefaultInstance(), Set.of("change_kind", "failover_epoch")),
    PEER("peers", Peer.getDefaultInstance(), Set.of("status", "admin_state", "lease")),
    SHARD("shards", Shard.getDefaultInstance(), Set.of("checksum", "owner_epoch")),
    CONFIG("config", ConfigDocument.getDefaultInstance(), Set.of());

    private final String key;
    private final Message prototype;
    private final Set<String> outputOnly;

    RecordKind(String key, Message prototype, Set<String> outputOnly) {
        this.key = key;
        this.prototype = prototype;
        this.outputOnly = outputOnly;
    }

    /** Its list in the file. */
    public String key() {
        return key;
    }

    Message.Builder newBuilder() {
        return prototype.newBuilderForType();
    }

    /** The id by which the registry knows the record; empty parts if the record lacks them. */
    public static String nameOf(Message message) {
        return switch (message) {
            case Cluster cluster -> cluster.getId();
            case Peer peer -> peer.getId();
            case Shard shard -> shard.getNamespace() + "/" + shard.getShardId();
            case ConfigDocument config -> config.getName();
            case Leadership scope -> scope.getScope();
            case Role role -> role.getName();
            case Binding binding -> binding.getId();
            case AccessToken token -> token.getId();
            case JoinToken token -> token.getId();
            case ActionPolicy policy -> policy.getId();
            case Approval approval -> approval.getId();
            case NamespaceQuota quota -> quota.getNamespace();
            case WorkloadCertificate certificate -> certificate.getSerial();
            case IssuingPolicy policy -> policy.getName();
            case Revocation revocation -> revocation.getId();
            default ->
                throw new IllegalArgumentException(
                        message.getDescriptorForType().getFullName());
        };
    }

    /** The record without what only the registry writes: of its header labels and annotations remain. */
    public Message importable(Message message) {
        Message.Builder builder = message.toBuilder();
        for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
            if (outputOnly.contains(field.getName())) {
                builder.clearField(field);
            }
        }
        FieldDescriptor metaField = message.getDescriptorForType().findFieldByName("meta");
        RecordMeta meta = (RecordMeta) message.getField(metaField);
        RecordMeta kept = RecordMeta.newBuilder()
                .putAllLabels(meta.getLabelsMap())
                .putAllAnnotations(meta.getAnnotationsMap())
                .build();
        if (kept.equals(RecordMeta.getDefaultInstance())) {
            builder.clearField(metaField);
        } else {
            builder.setField(metaField, kept);
        }
        return builder.build();
    }
}

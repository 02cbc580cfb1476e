package io.meshkit.domain.kernel;

import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import io.meshkit.storage.StoreView;
import io.meshkit.v1.ErrorDetail;
import io.meshkit.v1.RecordMeta;
import io.meshkit.v1.RegistryRecord;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One kind of record: its name, its row, its header and its indexes. Stateless.
 *
 * @param <T> the record's message
 */
public interface RecordKind<T extends Message> {
    /** As in audit entries: peer, cluster, shard, config, leadership, role, binding, token, join_token, certificate, revocation, issuing_policy, member, action_policy, approval or namespace_quota. */
    String name();

    /** The first byte of its rows' keys. */
    int tag();

    Parser<T> parser();

    RecordRef<T> refOf(T record);

    RecordMeta meta(T record);

    T withMeta(T record, RecordMeta meta);

    RegistryRecord wrap(T record);

    /** How many there may be. */
    long countMax(DomainLimits limits);

    /** Why one more must not be made where this one would be, or null. */
    default @Nullable ErrorDetail overQuota(Work work, RecordRef<T> ref) {
        return null;
    }

    /** Keys in {@link Tables#INDEX} that lead to the record; distinct. */
    default List<byte[]> indexKeys(T record) {
        return List.of();
    }

    /** The record with what is derived from the rest, header included. */
    default T derive(T record) {
        return record;
    }

    /** Writes what else a change of the record leaves behind. */
    default void onChange(Work work, RecordRef<T> ref, @Nullable T before, @Nullable T after) {}

    /** Whether the candidate asks for nothing new: of its header only labels and annotations count. */
    default boolean sameContent(T current, T candidate) {
        RecordMeta asked = meta(candidate);
        RecordMeta stored = meta(current);
        return asked.getLabelsMap().equals(stored.getLabelsMap())
                && asked.getAnnotationsMap().equals(stored.getAnnotationsMap())
                && withMeta(candidate, stored).equals(current);
    }

    /** Whether a change of such a record may change what somebody is allowed to do. */
    default boolean governsAccess() {
        return false;
    }

    /** Whether a change of such a record may change what is asked of mutations beyond rights. */
    default boolean governsActions() {
        return false;
    }

    /** The namespace that a record of that name is in; empty: none. */
    default String namespace(String name) {
        return "";
    }

    /** The cluster that the record is or belongs to; empty: none. */
    default String cluster(T record) {
        return "";
    }

    /** The record, or null. */
    default @Nullable T get(StoreView view, RecordRef<T> ref) {
        byte[] row = view.get(Tables.RECORDS, ref.key());
        return row == null ? null : Bytes.parse(parser(), row);
    }

    default boolean exists(StoreView view, RecordRef<T> ref) {
        return view.get(Tables.RECORDS, ref.key()) != null;
    }
}

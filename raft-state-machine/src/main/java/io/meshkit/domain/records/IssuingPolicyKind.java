package io.meshkit.domain.records;

import com.google.protobuf.Parser;
import io.meshkit.domain.kernel.Bytes;
import io.meshkit.domain.kernel.DomainLimits;
import io.meshkit.domain.kernel.RecordKind;
import io.meshkit.domain.kernel.RecordRef;
import io.meshkit.domain.kernel.RowKeys;
import io.meshkit.domain.kernel.Tables;
import io.meshkit.storage.Cursor;
import io.meshkit.storage.KeyWriter;
import io.meshkit.storage.Keys;
import io.meshkit.storage.StoreView;
import io.meshkit.v1.IssuingPolicy;
import io.meshkit.v1.RecordMeta;
import io.meshkit.v1.RegistryRecord;
import java.util.ArrayList;
import java.util.List;

/** Policies for what join tokens and certificates may say, found by name. They give nobody a right. */
public final class IssuingPolicyKind implements RecordKind<IssuingPolicy> {
    public static final IssuingPolicyKind ISSUING_POLICY = new IssuingPolicyKind();

    private IssuingPolicyKind() {}

    public RecordRef<IssuingPolicy> ref(String name) {
        return new RecordRef<>(
                this,
                name,
                new KeyWriter().tag(RowKeys.ISSUING_POLICY).text(name).toBytes());
    }

    /** All there are, in order of name. */
    public List<IssuingPolicy> all(StoreView view) {
        List<IssuingPolicy> all = new ArrayList<>();
        byte[] prefix = new KeyWriter().tag(RowKeys.ISSUING_POLICY).toBytes();
        try (Cursor cursor = view.scan(Tables.RECORDS, prefix, Keys.prefixEnd(prefix))) {
            while (cursor.next()) {
                all.add(Bytes.parse(parser(), cursor.value()));
            }
        }
        return all;
    }

    @Override
    public String name() {
        return "issuing_policy";
    }

    @Override
    public int tag() {
        return RowKeys.ISSUING_POLICY;
    }

    @Override
    public Parser<IssuingPolicy> parser() {
        return IssuingPolicy.parser();
    }

    @Override
    public RecordRef<IssuingPolicy> refOf(IssuingPolicy policy) {
        return ref(policy.getName());
    }

    @Override
    public RecordMeta meta(IssuingPolicy policy) {
        return policy.getMeta();
    }

    @Override
    public IssuingPolicy withMeta(IssuingPolicy policy, RecordMeta meta) {
        return policy.toBuilder().setMeta(meta).build();
    }

    @Override
    public RegistryRecord wrap(IssuingPolicy policy) {
        return RegistryRecord.newBuilder().setIssuingPolicy(policy).build();
    }

    @Override
    public long countMax(DomainLimits limits) {
        return DomainLimits.ISSUING_POLICIES_MAX;
    }
}

package io.meshkit.domain.records;

import com.google.protobuf.Duration;
import com.google.protobuf.Parser;
import io.meshkit.domain.kernel.DomainLimits;
import io.meshkit.domain.kernel.LeaseRows;
import io.meshkit.domain.kernel.RecordKind;
import io.meshkit.domain.kernel.RecordRef;
import io.meshkit.domain.kernel.RowKeys;
import io.meshkit.domain.kernel.Times;
import io.meshkit.domain.kernel.Work;
import io.meshkit.storage.KeyWriter;
import io.meshkit.v1.Leadership;
import io.meshkit.v1.LeadershipCandidate;
import io.meshkit.v1.LeaseRow;
import io.meshkit.v1.RecordMeta;
import io.meshkit.v1.RegistryRecord;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Leadership scopes, found by scope. The leases of the leader and of who waits follow the record. */
public final class LeadershipKind implements RecordKind<Leadership> {
    public static final LeadershipKind LEADERSHIP = new LeadershipKind();

    private LeadershipKind() {}

    public RecordRef<Leadership> ref(String scope) {
        return new RecordRef<>(
                this, scope, new KeyWriter().tag(RowKeys.LEADERSHIP).text(scope).toBytes());
    }

    @Override
    public void onChange(
            Work work, RecordRef<Leadership> ref, @Nullable Leadership before, @Nullable Leadership after) {
        TreeSet<Long> ended = leases(before);
        ended.removeAll(leases(after));
        ended.forEach(work::endLease);
        if (after == null) {
            return;
        }
        if (after.getLeaseId() > 0 && (before == null || before.getLeaseId() != after.getLeaseId())) {
            put(work, after, after.getLeaseId(), after.getLeaderId(), after.getTtl(), after.getFencingToken());
        }
        TreeSet<Long> had = leases(before);
        for (LeadershipCandidate candidate : after.getCandidatesList()) {
            if (!had.contains(candidate.getLeaseId())) {
                put(work, after, candidate.getLeaseId(), candidate.getCandidateId(), candidate.getTtl(), 0);
            }
        }
    }

    /** A lease that begins, or that of a candidate who now leads; whatever was decided about it before is void. */
    private void put(Work work, Leadership scope, long id, String holder, Duration ttl, long fencingToken) {
        LeaseRow row = LeaseRows.get(work.view(), id);
        LeaseRow.Builder next = row == null
                ? LeaseRow.newBuilder()
                        .setId(id)
                        .setKind(name())
                        .setName(scope.getScope())
                        .setHolder(holder)
                        .setTtlMs(Times.ms(ttl))
                : row.toBuilder();
        work.putLease(next.setGeneration(next.getGeneration() + 1)
                .setFencingToken(fencingToken)
                .build());
    }

    private static TreeSet<Long> leases(@Nullable Leadership scope) {
        TreeSet<Long> leases = new TreeSet<>();
        if (scope != null) {
            if (scope.getLeaseId() > 0) {
                leases.add(scope.getLeaseId());
            }
            scope.getCandidatesList().forEach(candidate -> leases.add(candidate.getLeaseId()));
        }
        return leases;
    }

    @Override
    public String name() {
        return "leadership";
    }

    @Override
    public int tag() {
        return RowKeys.LEADERSHIP;
    }

    @Override
    public Parser<Leadership> parser() {
        return Leadership.parser();
    }

    @Override
    public RecordRef<Leadership> refOf(Leadership scope) {
        return ref(scope.getScope());
    }

    @Override
    public RecordMeta meta(Leadership scope) {
        return scope.getMeta();
    }

    @Override
    public Leadership withMeta(Leadership scope, RecordMeta meta) {
        return scope.toBuilder().setMeta(meta).build();
    }

    @Override
    public RegistryRecord wrap(Leadership scope) {
        return RegistryRecord.newBuilder().setLeadership(scope).build();
    }

    @Override
    public long countMax(DomainLimits limits) {
        return limits.leadershipsMax();
    }
}

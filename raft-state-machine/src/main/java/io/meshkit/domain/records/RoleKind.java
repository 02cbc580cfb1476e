package io.meshkit.domain.records;

import com.google.protobuf.Parser;
import io.meshkit.domain.kernel.DomainLimits;
import io.meshkit.domain.kernel.RecordKind;
import io.meshkit.domain.kernel.RecordRef;
import io.meshkit.domain.kernel.RowKeys;
import io.meshkit.storage.KeyWriter;
import io.meshkit.v1.RecordMeta;
import io.meshkit.v1.RegistryRecord;
import io.meshkit.v1.Role;

/** Roles of one's own, found by name. */
public final class RoleKind implements RecordKind<Role> {
    public static final RoleKind ROLE = new RoleKind();

    private RoleKind() {}

    public RecordRef<Role> ref(String name) {
        return new RecordRef<>(
                this, name, new KeyWriter().tag(RowKeys.ROLE).text(name).toBytes());
    }

    @Override
    public boolean governsAccess() {
        return true;
    }

    @Override
    public String name() {
        return "role";
    }

    @Override
    public int tag() {
        return RowKeys.ROLE;
    }

    @Override
    public Parser<Role> parser() {
        return Role.parser();
    }

    @Override
    public RecordRef<Role> refOf(Role role) {
        return ref(role.getName());
    }

    @Override
    public RecordMeta meta(Role role) {
        return role.getMeta();
    }

    @Override
    public Role withMeta(Role role, RecordMeta meta) {
        return role.toBuilder().setMeta(meta).build();
    }

    @Override
    public RegistryRecord wrap(Role role) {
        return RegistryRecord.newBuilder().setRole(role).build();
    }

    @Override
    public long countMax(DomainLimits limits) {
        return limits.accessRecordsMax();
    }
}

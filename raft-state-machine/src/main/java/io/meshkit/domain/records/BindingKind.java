package io.meshkit.domain.records;

import com.google.protobuf.Parser;
import io.meshkit.domain.kernel.DomainLimits;
import io.meshkit.domain.kernel.RecordKind;
import io.meshkit.domain.kernel.RecordRef;
import io.meshkit.domain.kernel.RowKeys;
import io.meshkit.storage.KeyWriter;
import io.meshkit.v1.Binding;
import io.meshkit.v1.RecordMeta;
import io.meshkit.v1.RegistryRecord;
import java.util.List;

/** Bindings, found by id, by subject and by role. */
public final class BindingKind implements RecordKind<Binding> {
    public static final BindingKind BINDING = new BindingKind();

    private static final int PRINCIPAL = 1;
    private static final int GROUP = 2;

    private BindingKind() {}

    public RecordRef<Binding> ref(String id) {
        return new RecordRef<>(
                this, id, new KeyWriter().tag(RowKeys.BINDING).text(id).toBytes());
    }

    /** The index rows of a principal's own bindings begin so; the binding's id follows. */
    public static byte[] byPrincipalPrefix(String principal) {
        return bySubject(PRINCIPAL, principal).toBytes();
    }

    /** The index rows of a group's bindings begin so; the binding's id follows. */
    public static byte[] byGroupPrefix(String group) {
        return bySubject(GROUP, group).toBytes();
    }

    /** The index rows of the bindings to a role begin so; the binding's id follows. */
    public static byte[] byRolePrefix(String role) {
        return new KeyWriter().tag(RowKeys.BINDINGS_BY_ROLE).text(role).toBytes();
    }

    private static KeyWriter bySubject(int kind, String name) {
        return new KeyWriter().tag(RowKeys.BINDINGS_BY_SUBJECT).tag(kind).text(name);
    }

    @Override
    public List<byte[]> indexKeys(Binding binding) {
        KeyWriter subject = binding.hasGroup()
                ? bySubject(GROUP, binding.getGroup())
                : bySubject(PRINCIPAL, binding.getPrincipal());
        return List.of(
                subject.text(binding.getId()).toBytes(),
                new KeyWriter()
                        .tag(RowKeys.BINDINGS_BY_ROLE)
                        .text(binding.getRole())
                        .text(binding.getId())
                        .toBytes());
    }

    @Override
    public boolean governsAccess() {
        return true;
    }

    @Override
    public String name() {
        return "binding";
    }

    @Override
    public int tag() {
        return RowKeys.BINDING;
    }

    @Override
    public Parser<Binding> parser() {
        return Binding.parser();
    }

    @Override
    public RecordRef<Binding> refOf(Binding binding) {
        return ref(binding.getId());
    }

    @Override
    public RecordMeta meta(Binding binding) {
        return binding.getMeta();
    }

    @Override
    public Binding withMeta(Binding binding, RecordMeta meta) {
        return binding.toBuilder().setMeta(meta).build();
    }

    @Override
    public RegistryRecord wrap(Binding binding) {
        return RegistryRecord.newBuilder().setBinding(binding).build();
    }

    @Override
    public long countMax(DomainLimits limits) {
        return limits.accessRecordsMax();
    }
}

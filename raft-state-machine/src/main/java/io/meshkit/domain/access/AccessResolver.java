package io.meshkit.domain.access;

import static io.meshkit.domain.records.BindingKind.BINDING;
import static io.meshkit.domain.records.CertificateKind.CERTIFICATE;
import static io.meshkit.domain.records.RevocationKind.REVOCATION;
import static io.meshkit.domain.records.RoleKind.ROLE;
import static io.meshkit.domain.records.TokenKind.TOKEN;

import com.google.protobuf.Timestamp;
import io.meshkit.domain.kernel.Caller;
import io.meshkit.domain.kernel.Rows;
import io.meshkit.domain.kernel.Times;
import io.meshkit.domain.records.BindingKind;
import io.meshkit.options.Scope;
import io.meshkit.storage.StorageException;
import io.meshkit.storage.StoreView;
import io.meshkit.v1.AccessToken;
import io.meshkit.v1.Binding;
import io.meshkit.v1.Permission;
import io.meshkit.v1.Role;
import io.meshkit.v1.WorkloadCertificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** From the access records of a state to what one caller may do. Pure. Thread: any number. */
public final class AccessResolver {
    /** The method of tokens that the registry has issued. */
    public static final String TOKEN_METHOD = "token";

    /** The method of client certificates; the credential's id is the serial number. */
    public static final String MTLS_METHOD = "mtls";

    /** The method of join tokens: they are good for joining alone, and nothing can be bound to them. */
    public static final String JOIN_METHOD = "join";

    private AccessResolver() {}

    /** What the caller may do; the time is not looked at, so that the answer holds until the records change. */
    public static Grants resolve(StoreView view, Caller caller) {
        long expiresAtMs = caller.credential().getExpiresAtMs() == 0
                ? Long.MAX_VALUE
                : caller.credential().getExpiresAtMs();
        List<String> groups = caller.credential().getGroupsList();
        Scope scopeMax = orAdmin(caller.credential().getScopeMax());
        if (caller.credential().getMethod().isEmpty()) {
            return Grants.invalid(caller, "the command says nothing of what its sender authenticated by");
        }
        if (caller.credential().getMethod().equals(TOKEN_METHOD)) {
            AccessToken token = token(view, caller);
            if (token == null) {
                return Grants.invalid(caller, "the token was revoked");
            }
            groups = token.getGroupsList();
            expiresAtMs = expiresAtMs(token.hasExpiresAt(), token.getExpiresAt());
            scopeMax = orAdmin(token.getScopeMax());
        }
        if (caller.credential().getMethod().equals(MTLS_METHOD) && isRevoked(view, caller)) {
            return Grants.invalid(caller, "certificate " + caller.credential().getId() + " was revoked");
        }
        List<Grant> grants = new ArrayList<>();
        if (caller.credential().getMethod().equals(JOIN_METHOD)) {
            return Grants.of(caller, grants, expiresAtMs);
        }
        add(view, BindingKind.byPrincipalPrefix(caller.principal()), scopeMax, grants);
        for (String group : new TreeSet<>(groups)) {
            add(view, BindingKind.byGroupPrefix(group), scopeMax, grants);
        }
        return Grants.of(caller, grants, expiresAtMs);
    }

    private static Scope orAdmin(Scope scopeMax) {
        return scopeMax == Scope.SCOPE_UNSPECIFIED ? Scope.SCOPE_ADMIN : scopeMax;
    }

    private static @Nullable AccessToken token(StoreView view, Caller caller) {
        AccessToken token = TOKEN.get(view, TOKEN.ref(caller.credential().getId()));
        return token != null && token.getPrincipal().equals(caller.principal()) ? token : null;
    }

    /** Of a certificate that the registry has not issued, nothing is known: its serial number may be that of another. */
    private static boolean isRevoked(StoreView view, Caller caller) {
        WorkloadCertificate certificate =
                CERTIFICATE.get(view, CERTIFICATE.ref(caller.credential().getId()));
        return certificate != null
                && certificate.getSpiffeId().equals(caller.principal())
                && REVOCATION.of(view, certificate) != null;
    }

    private static long expiresAtMs(boolean given, Timestamp at) {
        return given ? Times.unixMs(at) : Long.MAX_VALUE;
    }

    private static void add(StoreView view, byte[] prefix, Scope scopeMax, List<Grant> grants) {
        for (String id : Rows.names(view, prefix)) {
            Binding binding = BINDING.get(view, BINDING.ref(id));
            if (binding == null) {
                throw new StorageException("an index leads to the missing binding " + id);
            }
            for (Permission permission : permissions(view, binding.getRole())) {
                grant(binding, permission, scopeMax).ifPresent(grants::add);
            }
        }
    }

    /** Those of a built-in role or one of one's own; a role that is gone gives nothing. */
    static List<Permission> permissions(StoreView view, String name) {
        Scope builtIn = VerbRule.scope(name);
        if (builtIn != Scope.SCOPE_UNSPECIFIED) {
            return List.of(Permission.newBuilder().setScope(builtIn).build());
        }
        Role role = ROLE.get(view, ROLE.ref(name));
        return role == null ? List.of() : role.getPermissionsList();
    }

    private static Optional<Grant> grant(Binding binding, Permission permission, Scope scopeMax) {
        TreeSet<String> verbs = new TreeSet<>(permission.getVerbsList());
        if (binding.getVerbsCount() > 0) {
            if (verbs.isEmpty()) {
                verbs.addAll(binding.getVerbsList());
            } else {
                verbs.retainAll(binding.getVerbsList());
                if (verbs.isEmpty()) {
                    return Optional.empty();
                }
            }
        }
        Scope scope = VerbRule.includes(scopeMax, permission.getScope()) ? permission.getScope() : scopeMax;
        return Optional.of(new Grant(
                binding.getId(),
                scope,
                List.copyOf(verbs),
                Narrowing.of(binding),
                expiresAtMs(binding.hasExpiresAt(), binding.getExpiresAt())));
    }
}

package io.meshkit.domain.access;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.Message;
import io.meshkit.options.Annotations;
import io.meshkit.options.Scope;
import io.meshkit.options.VerbKind;
import io.meshkit.v1.Command;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a verb demands of its caller.
 *
 * @param verb  for example CordonPeer
 * @param scope that it needs
 * @param kind  how it reaches the registry
 * @param self  it concerns the caller alone: everybody who is authenticated may
 */
public record VerbRule(String verb, Scope scope, VerbKind kind, boolean self) {
    /** By the full name of the request message: those of the commands that clients may ask for. */
    private static final TreeMap<String, VerbRule> COMMANDS = new TreeMap<>();

    static {
        for (FieldDescriptor field :
                Command.getDescriptor().getOneofs().getFirst().getFields()) {
            VerbRule rule = find(field.getMessageType());
            if (rule != null) {
                COMMANDS.put(field.getMessageType().getFullName(), rule);
            }
        }
    }

    /** The rule of the command's verb; null: only the leader itself may ask for it. */
    public static @Nullable VerbRule of(Message operation) {
        return COMMANDS.get(operation.getDescriptorForType().getFullName());
    }

    /** The mutations that clients may ask for, by name, in order. */
    public static SortedSet<String> mutations() {
        TreeSet<String> verbs = new TreeSet<>();
        COMMANDS.values().forEach(rule -> verbs.add(rule.verb()));
        return verbs;
    }

    /** @throws IllegalStateException if the rpc has no complete rule: the contract is broken */
    public static VerbRule of(MethodDescriptor method) {
        var rule = method.getOptions().getExtension(Annotations.rule);
        if (rule.getScope() == Scope.SCOPE_UNSPECIFIED || rule.getKind() == VerbKind.VERB_KIND_UNSPECIFIED) {
            throw new IllegalStateException(method.getFullName() + " has no rule with a scope and a kind");
        }
        return new VerbRule(method.getName(), rule.getScope(), rule.getKind(), rule.getSelf());
    }

    /** The rpc stands in the file of its request. */
    private static @Nullable VerbRule find(Descriptor request) {
        for (ServiceDescriptor service : request.getFile().getServices()) {
            for (MethodDescriptor method : service.getMethods()) {
                if (method.getInputType().equals(request)) {
                    return of(method);
                }
            }
        }
        return null;
    }

    /** {@code SCOPE_READ} → {@code mesh.read}. */
    public static String name(Scope scope) {
        return "mesh." + scope.name().substring("SCOPE_".length()).toLowerCase(Locale.ROOT);
    }

    /** The scope of that name; UNSPECIFIED: there is none. */
    public static Scope scope(String name) {
        for (Scope scope : Scope.values()) {
            if (scope != Scope.UNRECOGNIZED
                    && scope != Scope.SCOPE_UNSPECIFIED
                    && name(scope).equals(name)) {
                return scope;
            }
        }
        return Scope.SCOPE_UNSPECIFIED;
    }

    /** Whether who holds the one may do what needs the other. Unknown scopes include nothing. */
    public static boolean includes(Scope held, Scope needed) {
        return held != Scope.UNRECOGNIZED
                && needed != Scope.UNRECOGNIZED
                && needed != Scope.SCOPE_UNSPECIFIED
                && held.getNumber() >= needed.getNumber();
    }
}

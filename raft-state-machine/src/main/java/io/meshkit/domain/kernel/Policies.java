package io.meshkit.domain.kernel;

import io.meshkit.v1.ErrorDetail;
import io.meshkit.v1.PolicyRequirement;
import java.util.List;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/**
 * What is asked of a command beyond its caller's rights, as of the state in which it is decided.
 *
 * <p>Immutable.
 */
public interface Policies {
    /** Nothing is asked. */
    Policies NONE = new Policies() {
        @Override
        public void find(String verb, String command, String namespace, String cluster, SortedSet<String> ids) {}

        @Override
        public List<PolicyRequirement> requirements(SortedSet<String> ids, Work work) {
            return List.of();
        }

        @Override
        public void use(SortedSet<String> ids, Work work) {}

        @Override
        public @Nullable ErrorDetail ask(SortedSet<String> ids, Work work) {
            return null;
        }
    };

    /**
     * Adds the ids of the policies that hold for one change of a record.
     *
     * @param verb      that changes it
     * @param command   the verb of the whole command: of a transaction or a batch another one
     * @param namespace of the record, or empty
     * @param cluster   of the record, or empty
     */
    void find(String verb, String command, String namespace, String cluster, SortedSet<String> ids);

    /** What these policies ask of the command, and whether it is there; in order of policy. */
    List<PolicyRequirement> requirements(SortedSet<String> ids, Work work);

    /** Stages the end of the approval under which the command is made, if these policies want one. */
    void use(SortedSet<String> ids, Work work);

    /**
     * Stages the approval of the work's mutation that these policies want, for others to give.
     *
     * @param work with nothing staged, the command's own effects least of all
     * @return why it cannot be asked for, or null
     */
    @Nullable
    ErrorDetail ask(SortedSet<String> ids, Work work);
}

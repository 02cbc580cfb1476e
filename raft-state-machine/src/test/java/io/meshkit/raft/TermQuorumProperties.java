package io.meshkit.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.UniqueElements;

class TermQuorumProperties {
    private static final long TERM = 7;

    /** The argument of the barrier: whoever is elected next needs a voter that confirmed, in every configuration. */
    @Property
    void confirmed_leavesNoMajorityForANewerTerm(
            @ForAll @Size(min = 1, max = 7) @UniqueElements List<@IntRange(min = 1, max = 9) Integer> current,
            @ForAll @Size(min = 1, max = 7) @UniqueElements List<@IntRange(min = 1, max = 9) Integer> former,
            @ForAll @Size(9) List<@IntRange(min = 0, max = 3) Integer> answers) {
        List<Set<NodeId>> voters = List.of(nodes(current), nodes(former));
        TermQuorum quorum = new TermQuorum(TERM, voters);
        Set<NodeId> confirmed = new HashSet<>();
        for (int i = 1; i <= 9; i++) {
            NodeId member = TestQuorum.node(i);
            switch (answers.get(i - 1)) {
                case 0 -> {
                    quorum.reported(member, TERM);
                    confirmed.add(member);
                }
                case 1 -> quorum.reported(member, TERM + 1);
                case 2 -> quorum.reported(member, TERM - 1);
                default -> quorum.failed(member);
            }
        }
        TermQuorum.Verdict verdict = quorum.verdict();
        assertThat(verdict).isNotEqualTo(TermQuorum.Verdict.PENDING);
        for (Set<NodeId> configuration : voters) {
            Set<NodeId> others = new HashSet<>(configuration);
            others.removeAll(confirmed);
            if (verdict == TermQuorum.Verdict.CONFIRMED) {
                assertThat(others.size()).isLessThan(configuration.size() / 2 + 1);
            }
        }
    }

    private static Set<NodeId> nodes(List<Integer> numbers) {
        Set<NodeId> nodes = new HashSet<>();
        numbers.forEach(number -> nodes.add(TestQuorum.node(number)));
        return nodes;
    }
}

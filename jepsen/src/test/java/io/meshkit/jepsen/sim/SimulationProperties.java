package io.meshkit.jepsen.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshkit.jepsen.checker.Judgement;
import io.meshkit.jepsen.checker.Verdict;
import io.meshkit.jepsen.history.EventType;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.RandomDistribution;
import net.jqwik.api.Tuple;
import net.jqwik.api.statistics.Statistics;

/** Whatever happens, in whatever order, every promise is kept. */
class SimulationProperties {
    private static final int STEPS_MAX = 150;

    @Provide
    Arbitrary<Schedule> schedules() {
        return steps().list()
                .ofMaxSize(STEPS_MAX)
                .withSizeDistribution(RandomDistribution.uniform())
                .map(steps -> new Schedule(3, steps));
    }

    private static Arbitrary<Step> steps() {
        Arbitrary<Integer> node = Arbitraries.integers().between(0, 2);
        Arbitrary<Integer> client = Arbitraries.integers().between(0, 3);
        Arbitrary<Integer> watch = Arbitraries.integers().between(0, 1);
        Arbitrary<Integer> message = Arbitraries.integers().between(0, 7);
        return Arbitraries.frequencyOf(
                Tuple.of(
                        26,
                        Combinators.combine(client, node, Arbitraries.of(Step.Kind.class), watch)
                                .as(Step.Op::new)),
                Tuple.of(
                        8,
                        Combinators.combine(client, node, Arbitraries.of(Step.Rights.class), watch)
                                .as(Step.Right::new)),
                Tuple.of(
                        8,
                        Combinators.combine(client, node, Arbitraries.of(Step.Leases.class), watch)
                                .as(Step.Lease::new)),
                Tuple.of(16, message.map(Step.Deliver::new)),
                Tuple.of(14, Arbitraries.integers().between(1, 24).map(Step.Run::new)),
                Tuple.of(5, node.map(Step.Sync::new)),
                Tuple.of(3, message.map(Step.Drop::new)),
                Tuple.of(2, message.map(Step.Duplicate::new)),
                Tuple.of(4, Combinators.combine(client, node).as(Step.Retry::new)),
                Tuple.of(3, client.map(Step.GiveUp::new)),
                Tuple.of(4, node.map(Step.Elect::new)),
                Tuple.of(
                        3,
                        Combinators.combine(node, Arbitraries.of(true, false)).as(Step.Crash::new)),
                Tuple.of(4, node.map(Step.Restart::new)),
                Tuple.of(2, node.map(Step.Flush::new)),
                Tuple.of(2, node.map(Step.Snapshot::new)),
                Tuple.of(1, Combinators.combine(node, node).as(Step.Cut::new)),
                Tuple.of(3, node.map(Step.Isolate::new)),
                Tuple.of(2, Arbitraries.just(new Step.Heal())),
                Tuple.of(2, Arbitraries.integers().between(1, 2_000).map(Step.Tick::new)),
                Tuple.of(
                        1,
                        Combinators.combine(node, Arbitraries.integers().between(-2_000, 2_000))
                                .as(Step.Skew::new)),
                Tuple.of(3, Combinators.combine(watch, node).as(Step.WatchAt::new)),
                Tuple.of(1, watch.map(Step.Bookmark::new)));
    }

    @Property(tries = 60, edgeCases = EdgeCasesMode.NONE)
    void anySchedule_keepsEveryPromise(@ForAll("schedules") Schedule schedule) {
        SimResult result = Simulation.run(schedule);

        assertThat(result.failure())
                .as("replay this with jepsen replay:%n%s", schedule.toJson())
                .isEmpty();
        assertThat(result.judgements()).extracting(Judgement::checker).contains("linearizable", "audit-is-state");
        assertThat(result.judgements())
                .filteredOn(judgement -> judgement.checker().equals("state-hash"))
                .extracting(Judgement::verdict)
                .containsOnly(Verdict.VALID);
        long answered = result.history().events().stream()
                .filter(event -> event.isOfClient() && event.type() == EventType.OK)
                .count();
        Statistics.label("answered")
                .collect(answered > 4 ? "several" : "few")
                .coverage(coverage -> coverage.check("several").count(times -> times > 0));
    }

    @Property(tries = 8, edgeCases = EdgeCasesMode.NONE)
    void sameSchedule_sameTrace(@ForAll("schedules") Schedule schedule) {
        SimResult first = Simulation.run(schedule);
        SimResult second = Simulation.run(Schedule.parse(schedule.toJson()));

        assertThat(second.trace()).isEqualTo(first.trace());
        assertThat(second.history()).isEqualTo(first.history());
        assertThat(second.judgements()).isEqualTo(first.judgements());
    }

    @Property(tries = 50, edgeCases = EdgeCasesMode.NONE)
    void json_keepsASchedule(@ForAll("schedules") Schedule schedule) {
        assertThat(Schedule.parse(schedule.toJson())).isEqualTo(schedule);
    }

    /** A leader that does not know that it is deposed, and has only snapshots to send, must be told so. */
    @Example
    void deposedLeaderWithAPurgedLog_comesToRest() {
        Schedule schedule = new Schedule(
                3,
                List.of(
                        new Step.Op(3, 2, Step.Kind.DELETE, 1),
                        new Step.Cut(2, 0),
                        new Step.Run(21),
                        new Step.Snapshot(0),
                        new Step.Op(0, 1, Step.Kind.DELETE, 1),
                        new Step.Crash(1, true),
                        new Step.Elect(2)));

        assertThat(Simulation.run(schedule).failure()).isEmpty();
    }

    @Example
    void brokenJson_isRefused() {
        for (String broken : List.of("", "[]", "{}", "{\"nodes\":3,\"steps\":[{\"step\":\"Explode\"}]}")) {
            assertThatThrownBy(() -> Schedule.parse(broken)).as(broken).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Example
    void differentSchedules_differentTraces() {
        assertThat(Simulation.run(Schedules.random(1, 20)).trace())
                .isNotEqualTo(Simulation.run(Schedules.random(2, 20)).trace());
    }
}

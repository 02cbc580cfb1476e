package io.meshkit.jepsen.checker;

import io.meshkit.jepsen.history.Event;
import io.meshkit.jepsen.history.History;
import io.meshkit.jepsen.history.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Every key behaves like one register, in real time.
 *
 * <p>Two searches that share nothing must agree before anything is called invalid ({@link Wgl}, {@link Frontier}).
 */
final class Linearizable implements Checker {
    private static final String OPERATIONS = "operations";
    private final Budget budgetPerKey;

    Linearizable(Budget budgetPerKey) {
        this.budgetPerKey = budgetPerKey;
    }

    @Override
    public String name() {
        return "linearizable";
    }

    @Override
    public Judgement check(History recorded) {
        History history = Retries.merged(recorded);
        Register model = new Register();
        LinearizabilityChecker.Report report = new LinearizabilityChecker<>(model, budgetPerKey).check(history);
        Findings findings = new Findings(name());
        for (Map.Entry<String, Linearization> each : report.keys().entrySet()) {
            Linearization result = each.getValue();
            switch (result.verdict()) {
                case VALID -> findings.count(OPERATIONS, result.order().size()).count("keys", 1);
                case UNKNOWN -> findings.unknown("key " + each.getKey() + ": " + result.reason());
                case INVALID -> invalid(findings, history, each.getKey(), model);
            }
        }
        return findings.judge(OPERATIONS);
    }

    private void invalid(Findings findings, History history, String key, Register model) {
        List<Operation> ofKey = history.operations().stream()
                .filter(operation -> key.equals(operation.key() == null ? "" : operation.key()))
                .toList();
        if (Frontier.check(model, ofKey, budgetPerKey) == Verdict.VALID) {
            findings.unknown("key " + key + ": the two checkers disagree, which is a bug of one of them");
            return;
        }
        findings.violation(counterexample(history, key, MinimalRegister.of(ofKey)));
    }

    private static Counterexample counterexample(History history, String key, MinimalRegister minimal) {
        List<String> lines = new ArrayList<>();
        List<Long> indexes = new ArrayList<>();
        for (Operation operation : minimal.operations()) {
            Event call = history.events().get(operation.call());
            boolean isContext = minimal.isContext(operation);
            String interval = operation.ret() == Operation.NEVER
                    ? "[" + operation.call() + ", …"
                    : "[" + operation.call() + ", " + operation.ret() + "]";
            lines.add(operation + "  " + interval + (isContext ? "  (whenever it took effect)" : ""));
            indexes.add(call.index());
        }
        lines.add("⇒ no order of these explains every answer and respects real time; leave out any one of those "
                + "without remark, and one does");
        return new Counterexample("key " + key + " is not linearizable", lines, indexes);
    }
}

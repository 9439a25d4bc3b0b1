package dev.gatehouse.dsl.backup;

import dev.gatehouse.core.dialect.BackupMethod;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.ElsewhereContext;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.StepFailed;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Checks of a restored copy, asked while it stands and judged when the drill is over. */
final class CopyChecks implements BackupMethod.Restored {

  private final List<Check> checks;
  private final CheckContext outer;
  private final Deadline deadline;
  private final Map<String, Outcome> outcomes = new LinkedHashMap<>();
  private String restoredIn = "";

  CopyChecks(List<Check> checks, CheckContext outer, Deadline deadline) {
    this.checks = List.copyOf(checks);
    this.outer = outer;
    this.deadline = deadline;
    checks.forEach(check -> outcomes.put(check.name(), notAsked(check)));
  }

  /** What a dialect leaves that does not keep its word. */
  private static Outcome notAsked(Check check) {
    return Outcome.inconclusive(
        Finding.of("drill.not-asked", "the copy was not asked whether '" + check.name() + "' holds")
            .withFix("report it to whoever makes the dialect: it restored a copy and showed none"));
  }

  @Override
  public void asked(Target copy) throws Exception {
    deadline.check();
    restoredIn = deadline.seconds();
    for (Check check : checks) {
      try (Connection session = copy.dialect().openReading(copy)) {
        outcomes.put(check.name(), new ElsewhereContext(copy, session, outer).planAndAsk(check));
      }
    }
  }

  /** Without checks the time to remove the copy is a part of it. */
  void checkDeadline() {
    if (checks.isEmpty()) {
      deadline.check();
    }
  }

  String seconds() {
    return checks.isEmpty() ? deadline.seconds() : restoredIn;
  }

  /**
   * @throws StepFailed with what the checks found
   */
  void requirePassed() {
    List<Finding> findings = new ArrayList<>();
    outcomes.forEach(
        (name, outcome) -> {
          if (!outcome.status().opens()) {
            findings.add(
                Finding.of("drill.proving", "'" + name + "' did not pass on the restored copy")
                    .withExpected("PASSED")
                    .withFound(outcome.status().toString())
                    .withFix("see what it found, below"));
            findings.addAll(outcome.findings());
          }
        });
    if (!findings.isEmpty()) {
      throw new StepFailed(findings);
    }
  }

  Evidence evidence(Evidence evidence) {
    Evidence more = evidence;
    for (Map.Entry<String, Outcome> one : outcomes.entrySet()) {
      Map<String, String> facts = one.getValue().proof().map(Evidence::facts).orElse(Map.of());
      for (Map.Entry<String, String> fact : facts.entrySet()) {
        more = more.with(one.getKey() + ": " + fact.getKey(), fact.getValue());
      }
    }
    return more;
  }
}

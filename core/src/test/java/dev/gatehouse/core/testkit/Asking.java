package dev.gatehouse.core.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.dialect.Dialect;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.Gate;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.run.Plan;
import java.util.List;
import java.util.Optional;

/** A step that asks for a capability, as verbs do. */
record Asking(Capability capability) implements Check {

  /** What only some products have. */
  enum Capability {
    SCRIPTS,
    BACKUPS,
    PRIVILEGES;

    Optional<?> of(Dialect dialect) {
      return switch (this) {
        case SCRIPTS -> dialect.scripts();
        case BACKUPS -> dialect.backups();
        case PRIVILEGES -> dialect.privileges();
      };
    }
  }

  @Override
  public String name() {
    return "needs " + capability;
  }

  @Override
  public List<String> plan(CheckContext reading) {
    Dialect dialect = reading.target().dialect();
    if (capability.of(dialect).isEmpty()) {
      throw new Refusal(
          Finding.of("capability.missing", dialect.name() + " has no " + capability)
              .withFix("leave the step out for " + dialect.name()));
    }
    return List.of("use " + capability);
  }

  @Override
  public Outcome evaluate(CheckContext reading) {
    return Outcome.passed(reading.evidence());
  }

  /** Whether the dialect lacks it; asserts that a plan says so then, and else that it does not. */
  static boolean refusedWhilePlanning(Capability capability, Target target) {
    Asking step = new Asking(capability);
    Runbook runbook = new Runbook("contract", List.of(new Gate("gate", List.of(step))), List.of());
    if (capability.of(target.dialect()).isPresent()) {
      assertThat(Plan.of(runbook, target).full()).contains("use " + capability);
      return false;
    }
    assertThatThrownBy(() -> Plan.of(runbook, target))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining(step.name())
        .hasMessageContaining(target.dialect().name() + " has no " + capability);
    return true;
  }
}

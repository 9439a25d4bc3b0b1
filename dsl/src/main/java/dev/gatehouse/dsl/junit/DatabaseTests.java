package dev.gatehouse.dsl.junit;

import dev.gatehouse.core.access.EffectiveAccess;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.Gate;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.model.Step;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.report.CheckText;
import dev.gatehouse.core.run.Inspection;
import dev.gatehouse.dsl.GatehouseAccess;
import dev.gatehouse.dsl.access.AccessMatrix;
import dev.gatehouse.dsl.access.KnownFindings;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;

/**
 * Checks of a database as dynamic tests: {@code @TestFactory Stream<DynamicNode> access() { return
 * DatabaseTests.on(shop).of(matrix); }}.
 *
 * <p>What is returned is never empty. Nothing is executed: a change is refused.
 *
 * <p>Immutable. Needs what the checks need to read.
 *
 * @since 0.1
 */
public final class DatabaseTests {
  private final Target target;
  private final @Nullable KnownFindings known;

  private DatabaseTests(Target target, @Nullable KnownFindings known) {
    this.target = target;
    this.known = known;
  }

  /** Tests of that database. */
  public static DatabaseTests on(Target target) {
    return new DatabaseTests(target, null);
  }

  /**
   * The same tests, which only new findings fail. With {@code -Dgatehouse.known.record=true} what
   * they find is written to the file instead, and each fails, because it has tested nothing.
   */
  public DatabaseTests exceptKnown(KnownFindings findings) {
    return new DatabaseTests(target, findings);
  }

  /**
   * One test for each cell, named by its role and table, within one container for each role; all of
   * one snapshot, which is read at once. Where one cause makes several red, the first tells it
   * whole. A row that matches nothing is a test that fails, and so is a line of known findings that
   * nobody finds any more, or a test that is skipped where that is not strict.
   *
   * @throws SQLException when the catalogue cannot be read
   * @throws dev.gatehouse.core.outcome.Refusal when the product has no privileges, and when the
   *     file of known findings is missing or damaged
   */
  public Stream<DynamicNode> of(AccessMatrix matrix) throws SQLException {
    if (records()) {
      return recorded(List.of(matrix));
    }
    EffectiveAccess access = GatehouseAccess.access(target);
    return CellTests.of(matrix, access, Optional.ofNullable(known));
  }

  /**
   * One test for each check of the gate.
   *
   * @throws dev.gatehouse.core.outcome.Refusal when one could never be answered there, and when the
   *     gate has a change
   */
  public Stream<DynamicNode> of(Gate gate) {
    if (records()) {
      Inspection.of(gate, target);
      return recorded(checks(gate));
    }
    Inspection inspection = Inspection.of(sifted(gate), target);
    ToldCauses told = new ToldCauses();
    return inspection.plan().runbook().gates().stream()
        .flatMap(one -> tests(inspection, one, told));
  }

  /**
   * One container for each gate, and in it one test for each check.
   *
   * @throws dev.gatehouse.core.outcome.Refusal when one could never be answered there, and when the
   *     runbook has a change
   */
  public Stream<DynamicNode> of(Runbook runbook) {
    if (records()) {
      Inspection.of(runbook, target);
      return recorded(runbook.gates().stream().flatMap(gate -> checks(gate).stream()).toList());
    }
    List<Gate> gates = runbook.gates().stream().map(this::sifted).toList();
    Inspection inspection =
        Inspection.of(new Runbook(runbook.name(), gates, runbook.guards()), target);
    ToldCauses told = new ToldCauses();
    return gates.stream()
        .map(gate -> DynamicContainer.dynamicContainer(gate.name(), tests(inspection, gate, told)));
  }

  private boolean records() {
    return known != null && KnownFindings.recording();
  }

  private static List<Check> checks(Gate gate) {
    return gate.steps().stream().filter(Check.class::isInstance).map(Check.class::cast).toList();
  }

  /** Each is a test that fails: it has recorded, and tested nothing. */
  private Stream<DynamicNode> recorded(List<Check> checks) {
    KnownFindings file = Objects.requireNonNull(known);
    ToldCauses told = new ToldCauses();
    List<DynamicNode> tests = new ArrayList<>();
    for (Check check : checks) {
      Finding finding = file.recorded(check.name(), file.record(target, check));
      tests.add(failing(finding.headline(), List.of(finding), told));
    }
    return tests.stream();
  }

  private Gate sifted(Gate gate) {
    KnownFindings file = known;
    if (file == null) {
      return gate;
    }
    List<Step> steps =
        gate.steps().stream()
            .map(step -> step instanceof Check check ? file.leftOutOf(check) : step)
            .toList();
    return new Gate(gate.name(), steps);
  }

  private static Stream<DynamicNode> tests(Inspection inspection, Gate gate, ToldCauses told) {
    return gate.steps().stream()
        .map(
            step ->
                DynamicTest.dynamicTest(
                    step.name(),
                    () -> {
                      Inspection.Answer answer = inspection.answer((Check) step);
                      if (!answer.holds()) {
                        throw told.of(step.name(), answer.text(), answer.outcome().findings());
                      }
                    }));
  }

  static DynamicTest failing(String name, List<Finding> findings, ToldCauses told) {
    return DynamicTest.dynamicTest(
        name,
        () -> {
          throw told.of(name, CheckText.of(findings), findings);
        });
  }
}

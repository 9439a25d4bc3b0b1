package dev.gatehouse.dsl.assertj;

import dev.gatehouse.core.access.EffectiveAccess;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.report.CheckText;
import dev.gatehouse.dsl.GatehouseAccess;
import dev.gatehouse.dsl.access.AccessCheck;
import dev.gatehouse.dsl.access.KnownFindings;
import dev.gatehouse.dsl.words.RedTest;
import java.time.Instant;
import java.util.List;
import org.assertj.core.api.AbstractAssert;
import org.jspecify.annotations.Nullable;

/**
 * Assertions over who may do what. The judge is the one that runbooks have: what is one SET ROLE
 * away, or what nobody can tell, fails {@code mayOnly} and {@code mayNot}; a role that does not
 * exist and a pattern that matches nothing fail always.
 *
 * <p>One thread at a time. Asks no database.
 *
 * @since 0.1
 */
public class AccessAssert extends AbstractAssert<AccessAssert, EffectiveAccess> {
  private @Nullable KnownFindings known;

  /** For AssertJ, which makes a subclass of it for soft assertions. */
  public AccessAssert(EffectiveAccess actual) {
    super(actual, AccessAssert.class);
  }

  /** What is in that file does not fail the assertions behind this one; what is new does. */
  public AccessAssert exceptKnown(KnownFindings findings) {
    this.known = findings;
    return this;
  }

  /**
   * A role or account, or each that a pattern matches; say what it may do.
   *
   * @throws IllegalArgumentException when it is blank
   */
  public GranteeAssert grantee(String role) {
    return new GranteeAssert(this, GatehouseAccess.grantee(role));
  }

  /**
   * Passes when that check does: {@code holds(grantee("app").mayNot(SELECT).on("eng.*")
   * .acceptingThrough("views.*", "made for it"))}, or a whole matrix.
   *
   * @throws AssertionError with the whole message of each finding: expected, found with its path,
   *     and the fix
   */
  public AccessAssert holds(AccessCheck check) {
    isNotNull();
    List<Finding> findings;
    try {
      KnownFindings file = known;
      Outcome outcome =
          file != null && KnownFindings.recording() ? recorded(file, check) : judged(check);
      findings = outcome.status().opens() ? List.of() : RedTest.findings(outcome);
    } catch (Refusal e) {
      findings = e.findings();
    }
    if (!findings.isEmpty()) {
      failWithActualExpectedAndMessage(
          RedTest.actual(findings), RedTest.expected(findings), "%s", CheckText.of(findings));
    }
    return this;
  }

  private Outcome recorded(KnownFindings file, AccessCheck check) {
    Evidence begun = Evidence.at(Instant.now());
    return Outcome.failed(file.record(check.name(), check.judge(actual, begun)), begun);
  }

  private Outcome judged(AccessCheck check) {
    Outcome outcome = check.judge(actual, Evidence.at(Instant.now()));
    KnownFindings file = known;
    return file == null ? outcome : file.leftOutOf(check.name(), outcome);
  }
}

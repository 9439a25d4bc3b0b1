package dev.gatehouse.postgres.mutation;

import dev.gatehouse.core.access.NamePattern;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.Outline;
import dev.gatehouse.core.model.Step;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.postgres.probe.ActingRole;
import dev.gatehouse.postgres.probe.PostgresRoleProbes;
import dev.gatehouse.postgres.session.PinnedReading;
import dev.gatehouse.postgres.session.Products;
import dev.gatehouse.postgres.session.Relation;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;

/**
 * How strong expectations are: on a database that nobody would miss, one thing after another is
 * made wrong (a policy dropped or turned round, row security off, a grant too many or too few, a
 * role that joins another, a view or function that comes to run as its owner), and each time the
 * expectations are asked. A mutant is killed when one of them fails. What none notices survives,
 * and is reported as a question with the SQL that made it and an expectation that would notice.
 *
 * <p>Reports {@code score} (killed / (killed + survived), rounded down), {@code mutants}, {@code
 * killed}, {@code survived}, {@code pruned} (proved to change nothing for anybody), {@code
 * stillborn} (the server did not take the SQL), {@code inconclusive} (an expectation could not
 * tell), {@code seconds}. Nothing is left out of these counts, and the first hundred of each kind
 * but the killed are listed.
 *
 * <p>Everything happens in one transaction that is rolled back; the catalogue is compared with what
 * it was. Tables are locked against everybody meanwhile, and sequences go on. So it is refused
 * unless the database's own settings say {@code gatehouse.disposable = 'yes'}, and nobody else is
 * connected to it. The scratch database of a restore drill counts as disposable: {@code
 * restoreDrill(dump).intoScratchDatabase().proving(mutation)}. Roles belong to the whole server: a
 * role in a mutant cannot be altered from elsewhere for the moment that mutant lives.
 *
 * <p>Immutable. The account needs what the expectations need, and must own what it alters: a
 * superuser. It takes the time of the expectations for each mutant.
 *
 * @since 0.1
 */
public final class Mutation implements Check {
  static final BigDecimal ALL = BigDecimal.ONE;

  /**
   * What is asked.
   *
   * @param required the score
   * @param name empty when it is to be made of the rest
   */
  record Claim(
      List<String> patterns,
      List<String> roles,
      List<Check> checks,
      BigDecimal required,
      String name) {

    BiPredicate<String, String> wanted() {
      return patterns.stream().map(Claim::matching).reduce((a, b) -> false, BiPredicate::or);
    }

    private static BiPredicate<String, String> matching(String pattern) {
      NamePattern names = NamePattern.of(pattern);
      return (schema, name) -> Relation.matches(names, schema, name);
    }

    /** What matches nothing would be noticed by anybody: a score of nothing is no score. */
    void requireKnown(Connection connection) throws SQLException {
      for (String role : roles) {
        if (!PostgresRoleProbes.INSTANCE.roleExists(connection, role)) {
          throw ActingRole.noRole(role);
        }
      }
      for (String pattern : patterns) {
        if (!PinnedReading.of(connection, session -> Mutants.any(session, matching(pattern)))) {
          throw new Refusal(
              Finding.of(
                      "mutation.nothing",
                      "no table, view or function is named like '" + pattern + "'")
                  .withExpected("something to make mutants of")
                  .withFound("none")
                  .withFix("correct mutationOf(\"" + pattern + "\")"));
        }
      }
    }
  }

  private final Claim claim;

  Mutation(Claim claim) {
    this.claim = claim;
  }

  /**
   * The same, passing when at least this part of the mutants is killed. Default is 1: all.
   *
   * @param share above 0, at most 1
   * @throws IllegalArgumentException when it is not
   */
  public Mutation requireScore(double share) {
    if (!(share > 0 && share <= 1)) {
      throw new IllegalArgumentException("score is " + share + ": above 0 and at most 1");
    }
    return new Mutation(
        new Claim(
            claim.patterns(),
            claim.roles(),
            claim.checks(),
            BigDecimal.valueOf(share),
            claim.name()));
  }

  /**
   * The same check under the name that the checklist has for it.
   *
   * @throws IllegalArgumentException when the name is blank
   */
  public Mutation named(String newName) {
    if (newName.isBlank()) {
      throw new IllegalArgumentException("name of a step is blank: name it as the checklist does");
    }
    return new Mutation(
        new Claim(claim.patterns(), claim.roles(), claim.checks(), claim.required(), newName));
  }

  @Override
  public String name() {
    return claim.name().isEmpty()
        ? "mutants of " + String.join(", ", claim.patterns()) + " are noticed"
        : claim.name();
  }

  @Override
  public List<Step> refersTo() {
    return claim.checks().stream().flatMap(check -> check.refersTo().stream()).distinct().toList();
  }

  @Override
  public List<Secret> secrets() {
    return claim.checks().stream().flatMap(check -> check.secrets().stream()).distinct().toList();
  }

  @Override
  public List<String> plan(CheckContext reading) throws Exception {
    List<String> lines = new ArrayList<>();
    lines.add(
        "mutants of policies, flags, roles, views, functions and grants on %s for %s, each taken back; a score of %s is wanted of:"
            .formatted(
                String.join(", ", claim.patterns()),
                String.join(", ", claim.roles()),
                claim.required()));
    for (Check check : claim.checks()) {
      check.plan(reading).forEach(line -> lines.add(check.name() + ": " + line));
    }
    try {
      Products.only("").plan(reading);
      DisposableDatabase.requireMarked(reading.connection());
      claim.requireKnown(reading.connection());
      int now =
          PinnedReading.of(
                  reading.connection(),
                  session -> Mutants.of(session, claim.wanted(), claim.roles()))
              .size();
      lines.add(Outline.UNKNOWN + "until it is asked; mutants now " + now);
    } catch (Refusal missing) {
      if (reading.targetIsFinal()) {
        throw missing;
      }
      lines.add(
          Outline.UNKNOWN
              + "until an earlier step has run: "
              + missing.findings().get(0).headline());
    }
    return lines;
  }

  @Override
  public Outcome evaluate(CheckContext reading) throws Exception {
    try {
      return new MutationRun(claim, reading).score().outcome(claim, reading.evidence());
    } catch (Refusal e) {
      return new Outcome.Inconclusive(e.findings());
    }
  }

  @Override
  public String toString() {
    return name();
  }
}

package dev.gatehouse.postgres.mutation;

import dev.gatehouse.core.dialect.Opened;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.ElsewhereContext;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Status;
import dev.gatehouse.postgres.session.PinnedReading;
import dev.gatehouse.postgres.session.Queries;
import dev.gatehouse.postgres.session.Sessions;
import dev.gatehouse.postgres.session.SqlStates;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.List;
import java.util.Optional;

/** Makes each mutant in one transaction, asks, and takes it back. */
final class MutationRun {
  private static final int LOCK_MILLIS = 2_000;
  private static final String NO_SAVEPOINT = "3B001";
  private static final String NO_TRANSACTION = "25P01";
  private static final String CANCELLED = "57014";

  /**
   * One that this account may not make could be made by another: not judged, and not impossible.
   * Attributes are left out, because only superusers make superusers.
   */
  private static final String DENIED = "42501";

  private final Mutation.Claim claim;
  private final CheckContext outer;

  MutationRun(Mutation.Claim claim, CheckContext outer) {
    this.claim = claim;
    this.outer = outer;
  }

  MutationScore score() throws Exception {
    long begun = System.nanoTime();
    Target target = outer.target();
    try (Connection session = Sessions.writing(target)) {
      Sessions.requireSame(target, outer.connection(), session);
      DisposableDatabase.requireMarked(session);
      DisposableDatabase.requireAlone(session);
      claim.requireKnown(session);
      session.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      session.setAutoCommit(false);
      String before = state(session);
      MutationScore score = new MutationScore();
      try {
        within(session, score);
      } finally {
        session.rollback();
      }
      requireSame(before, state(session));
      session.rollback();
      return score.took((System.nanoTime() - begun) / 1e9);
    }
  }

  private String state(Connection session) throws SQLException {
    return PinnedReading.of(session, pinned -> CatalogueState.of(pinned, claim.roles()));
  }

  private static void requireSame(String before, String after) {
    if (!before.equals(after)) {
      throw left("other policies, grants or roles: somebody changed them meanwhile");
    }
  }

  private static Refusal left(String found) {
    return new Refusal(
        Finding.of("mutation.left", "the catalogue may not be what it was before the mutants")
            .withExpected("the same policies, grants and roles, in the same transaction")
            .withFound(found)
            .withFix("drop this disposable database, make it anew, and look at the roles"));
  }

  private void within(Connection session, MutationScore score) throws Exception {
    Queries.run(session, "SET LOCAL lock_timeout = " + LOCK_MILLIS);
    List<Mutant> mutants =
        PinnedReading.of(session, pinned -> Mutants.of(pinned, claim.wanted(), claim.roles()));
    ElsewhereContext world = new ElsewhereContext(outer.target(), session, outer);
    requireGreen(world);
    Equivalence equivalence = new Equivalence(claim.roles());
    for (Mutant mutant : mutants) {
      Optional<Equivalence.Facts> facts =
          behind(session, () -> fate(mutant, world, equivalence, score));
      if (facts.isPresent()) {
        Equivalence.Facts original =
            PinnedReading.of(session, pinned -> equivalence.inTheOriginal(pinned, mutant));
        if (Equivalence.proved(facts.get(), original)) {
          score.pruned(mutant);
        }
      }
    }
  }

  /** What is done behind a savepoint, and taken back. */
  private interface Doing<T> {
    T done() throws Exception;
  }

  private static <T> T behind(Connection session, Doing<T> doing) throws Exception {
    Savepoint before = session.setSavepoint();
    T done = Opened.orClose(() -> back(session, before), opened -> doing.done());
    back(session, before);
    return done;
  }

  private static void back(Connection session, Savepoint before) throws SQLException {
    try {
      session.rollback(before);
      session.releaseSavepoint(before);
    } catch (SQLException e) {
      if (SqlStates.is(e, NO_SAVEPOINT, NO_TRANSACTION)) {
        throw left("no transaction of before: an expectation ended it, with a mutant in it");
      }
      throw e;
    }
  }

  /** What would prove it to be no mutant; absent when nothing has to be proved. */
  private Optional<Equivalence.Facts> fate(
      Mutant mutant, ElsewhereContext world, Equivalence equivalence, MutationScore score)
      throws Exception {
    Connection session = world.connection();
    try {
      make(session, mutant);
    } catch (SQLException e) {
      String why = "SQLSTATE " + SqlStates.of(e) + ": " + e.getMessage();
      if (SqlStates.is(e, SqlStates.LOCK_NOT_AVAILABLE, SqlStates.DEADLOCK, CANCELLED)
          || (SqlStates.is(e, DENIED) && mutant.operator().family() != Operator.Family.ROLE)) {
        score.inconclusive(mutant, why);
      } else if (SqlStates.inDoubt(session, e)) {
        throw e;
      } else {
        score.stillborn(mutant, why);
      }
      return Optional.empty();
    }
    String unclear = "";
    for (Check check : claim.checks()) {
      Outcome outcome = behind(session, () -> world.ask(check));
      if (outcome.status() == Status.FAILED) {
        score.killed(mutant, check.name());
        return Optional.empty();
      }
      if (outcome.status() != Status.PASSED && unclear.isEmpty()) {
        unclear = check.name() + ": " + words(outcome);
      }
    }
    if (unclear.isEmpty()) {
      score.survived(mutant);
    } else {
      score.inconclusive(mutant, unclear);
    }
    return Optional.of(PinnedReading.of(session, pinned -> equivalence.in(pinned, mutant)));
  }

  /** Conditions were printed for a search_path without anybody's schema in it. */
  private static void make(Connection session, Mutant mutant) throws SQLException {
    String path = Queries.path(session);
    Queries.setPath(session, "pg_catalog, pg_temp");
    for (String sql : mutant.sql()) {
      Queries.run(session, sql);
    }
    Queries.setPath(session, path);
  }

  private static String words(Outcome outcome) {
    return outcome.findings().isEmpty()
        ? outcome.toString()
        : outcome.findings().get(0).headline() + ": " + outcome.findings().get(0).found();
  }

  private void requireGreen(ElsewhereContext world) throws Exception {
    for (Check check : claim.checks()) {
      Outcome outcome =
          behind(
              world.connection(),
              () -> {
                check.plan(world);
                return world.ask(check);
              });
      if (outcome.status() != Status.PASSED) {
        throw new Refusal(
            Finding.of("mutation.baseline", "'" + check.name() + "' does not pass without a mutant")
                .withExpected("expectations that hold: one that fails anyway notices nothing")
                .withFound(outcome.status() + ": " + words(outcome))
                .withFix("fix what it found, or leave it out of against(...)"));
      }
    }
  }
}

package dev.gatehouse.postgres.session;

import dev.gatehouse.core.dialect.Contention;
import dev.gatehouse.core.dialect.LockWitness;
import dev.gatehouse.core.dialect.Target;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/** Told by SQLSTATE (PostgreSQL manual, Appendix A), never by words. */
public final class PostgresContention implements Contention {
  public static final PostgresContention INSTANCE = new PostgresContention();

  private PostgresContention() {}

  @Override
  public Optional<Clash> clash(SQLException error) {
    return Optional.ofNullable(
        switch (SqlStates.of(error)) {
          case SqlStates.LOCK_NOT_AVAILABLE ->
              Driver.isFromServer(error)
                  ? lock(error)
                  : new Clash(
                      CODE + "latch",
                      "another session works on this database for a run",
                      " when that session is done");
          case SqlStates.CANCELLED ->
              new Clash(
                  STATEMENT_LIMIT,
                  "a statement was given up while it waited for others",
                  " when they are done, or lengthen withStatementTimeout(...)");
          case "40P01" ->
              new Clash(
                  CODE + "deadlock",
                  "a deadlock with another transaction was ended by giving up this one",
                  "; if it comes again, lock in the order the other does");
          case "40001" ->
              new Clash(
                  CODE + "serialization",
                  "the transaction could not be put into an order with another",
                  "; the other has committed by now");
          default -> null;
        });
  }

  /** A statement with NOWAIT has no limit that could be longer. */
  private static Clash lock(SQLException error) {
    return Driver.routine(error).equals("ProcessInterrupts")
        ? new Clash(
            CODE + "lock-timeout",
            "a lock did not come free in time",
            " when they are done, or lengthen withLockTimeout(...)")
        : new Clash(
            CODE + "lock-taken",
            "a lock was not free, and the statement does not wait for it",
            " when they are done, or take NOWAIT out of it");
  }

  @Override
  public Witness watch(Target target, Connection session) {
    return LockWitness.watching(
        () -> Sessions.own(target),
        beside -> Blocker.of(beside, Driver.pidToldAtLogin(session)),
        PostgresContention::code);
  }

  private static String code(Exception e) {
    return e instanceof SQLException error
        ? "SQLSTATE " + SqlStates.of(error)
        : e.getClass().getSimpleName();
  }
}

package dev.gatehouse.postgres.monitor;

import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.NamedCheck;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.postgres.session.Products;
import dev.gatehouse.postgres.session.Queries;
import java.sql.Connection;
import java.sql.SQLException;

/** What the server tells of its WAL archive. */
public final class Archiving {
  /** What keeps the server from archiving; empty where nothing does. */
  private static final String NOT =
      "CASE WHEN current_setting('archive_mode') = 'off' THEN 'archive_mode = off'"
          + " WHEN current_setting('archive_command') = ''"
          + " AND coalesce(current_setting('archive_library', true), '') = ''"
          + " THEN 'archive_mode = ' || current_setting('archive_mode')"
          + " || ', archive_command empty' ELSE '' END";

  private static final String SQL =
      "SELECT "
          + NOT
          + " AS off, archived_count, last_archived_wal,"
          + " last_archived_time::text, last_failed_wal, last_failed_time::text,"
          + " coalesce(last_failed_time > last_archived_time, last_failed_time IS NOT NULL)"
          + " AS failing, pg_current_wal_lsn() AS lsn, pg_walfile_name(pg_current_wal_lsn()) AS wal"
          + " FROM pg_stat_archiver";

  public static final NamedCheck CHECK =
      NamedCheck.of("the WAL archive receives", Products.only(SQL), Archiving::judge);

  private Archiving() {}

  private static Outcome judge(CheckContext reading) throws SQLException {
    Row told = Queries.one(reading.connection(), SQL);
    String last = told.text("last_archived_wal");
    Evidence evidence =
        reading
            .evidence()
            .with("lsn", told.text("lsn"))
            .with("wal", told.text("wal"))
            .with("last archived", last + " at " + told.text("last_archived_time"));
    String off = told.text("off");
    if (!off.isEmpty()) {
      return Outcome.failed(off(off), evidence);
    }
    if (told.isTrue("failing")) {
      String failed = told.text("last_failed_wal") + " failed at " + told.text("last_failed_time");
      return Outcome.failed(failing(failed, last), evidence);
    }
    if (told.number("archived_count") == 0) {
      return Outcome.inconclusive(
          Finding.of("postgres.archive-untried", "nothing has been archived yet")
              .withExpected("at least one WAL file in the archive")
              .withFound("archived_count is 0 in pg_stat_archiver")
              .withFix("put Postgres.recoveryPoint() before it: that proves the archive"));
    }
    return Outcome.passed(evidence);
  }

  private static Finding off(String found) {
    return Finding.of("postgres.archive-off", "the server archives no WAL")
        .withExpected("archive_mode = on, and an archive_command or archive_library")
        .withFound(found)
        .withFix(
            "ALTER SYSTEM SET archive_mode = 'on'; ALTER SYSTEM SET archive_command ="
                + " 'test ! -f /archive/%f && cp %p /archive/%f'; then restart the server");
  }

  static Finding failing(String found, String last) {
    return Finding.of("postgres.archive-failing", "WAL does not arrive in the archive")
        .withExpected("each WAL file archived")
        .withFound(found + "; the last that arrived: " + (last.isEmpty() ? "none" : last))
        .withFix(
            "see the server's log for what archive_command says; SELECT * FROM pg_stat_archiver");
  }

  /**
   * @throws Refusal when nothing is archived, or the account may not switch WAL files
   */
  static void refuseUnable(Connection connection) throws SQLException {
    Row told =
        Queries.one(
            connection,
            "SELECT "
                + NOT
                + " AS off, has_function_privilege('pg_switch_wal()', 'EXECUTE')"
                + " AND has_function_privilege('pg_create_restore_point(text)', 'EXECUTE')"
                + " AS able, quote_ident(current_user) AS account");
    String off = told.text("off");
    if (!off.isEmpty()) {
      throw new Refusal(off(off));
    }
    if (!told.isTrue("able")) {
      String account = told.text("account");
      throw new Refusal(
          Finding.of("postgres.recovery-point-denied", "the account may not make restore points")
              .withExpected("EXECUTE on pg_create_restore_point(text) and pg_switch_wal()")
              .withFound("no such privilege of " + account)
              .withFix(
                  "GRANT EXECUTE ON FUNCTION pg_create_restore_point(text), pg_switch_wal() TO "
                      + account));
    }
  }

  /** Whether that file is in the archive: files arrive in their order. */
  static boolean holds(Connection connection, String wal) throws SQLException {
    return Queries.isTrue(
        connection,
        "SELECT coalesce(substr(last_archived_wal, 1, 24) COLLATE \"C\" >= ?, false)"
            + " FROM pg_stat_archiver",
        wal);
  }

  static Finding stuck(Connection connection, String wal, String waited) throws SQLException {
    Row told = Queries.one(connection, SQL);
    String failed = told.text("last_failed_time");
    return failing(
        wal
            + " did not arrive within "
            + waited
            + (failed.isEmpty() ? "" : ", last failure at " + failed),
        told.text("last_archived_wal"));
  }
}

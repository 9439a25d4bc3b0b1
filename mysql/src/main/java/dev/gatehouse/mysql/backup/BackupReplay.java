package dev.gatehouse.mysql.backup;

import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.StepFailed;
import dev.gatehouse.core.script.ScriptPart;
import dev.gatehouse.mysql.session.ErrorCodes;
import dev.gatehouse.mysql.session.Queries;
import dev.gatehouse.mysql.sql.SqlNames;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Makes a database from an unpacked backup, in a session that is in that database. */
record BackupReplay(UnpackedBackup backup, Connection session, Progress progress) {
  private static final int NO_DEFINER = 1449;

  /**
   * MySQL 8.0.15 refuses orphans of a table that was made before the one it refers to, and does not
   * take its rows along when those of the other are deleted, until one of the two is renamed.
   */
  private static final String CHILDREN =
      "SELECT DISTINCT table_name FROM information_schema.referential_constraints"
          + " WHERE constraint_schema = DATABASE() ORDER BY table_name";

  private static final String AWAY = "gatehouse_away";

  /** Settings that definitions change in the session. */
  private static final List<String> MOVED =
      List.of(
          "sql_mode",
          "time_zone",
          "foreign_key_checks",
          "character_set_client",
          "character_set_results",
          "character_set_connection",
          "collation_connection");

  /** Tables and their rows. */
  void rows() throws Exception {
    statements(SchemaScripts.SCHEMA, backup.schema());
    progress.reached("restore.schema-made");
    TableLoad.prepare(session);
    try {
      backup.load(session, progress);
    } catch (SQLException e) {
      throw orFull(e);
    }
    for (String child : Queries.column(session, CHILDREN)) {
      String name = SqlNames.quoted(child);
      Queries.run(session, "RENAME TABLE " + name + " TO " + AWAY + ", " + AWAY + " TO " + name);
    }
  }

  /** What AUTO_INCREMENT and sequences give next. */
  void counters() throws SQLException {
    statements(
        SchemaScripts.PROGRAMS, backup.programs().stream().filter(BackupReplay::counts).toList());
    progress.reached("restore.counters-set");
  }

  /** Routines, views, triggers and disabled events. */
  void programs() throws SQLException {
    statements(
        SchemaScripts.PROGRAMS, backup.programs().stream().filter(part -> !counts(part)).toList());
    progress.reached("restore.programs-made");
  }

  static boolean counts(ScriptPart part) {
    return part.text().startsWith("ALTER TABLE ") || part.text().startsWith("ALTER SEQUENCE ");
  }

  private void statements(String file, List<ScriptPart> parts) throws SQLException {
    execute(session, file, parts, progress);
  }

  /** Executes statements that were judged, and leaves the settings of the session as they were. */
  static void execute(Connection session, String file, List<ScriptPart> parts, Progress progress)
      throws SQLException {
    Map<String, String> before = new LinkedHashMap<>();
    for (String name : MOVED) {
      before.put(name, Queries.one(session, "SELECT @@SESSION." + name));
    }
    for (ScriptPart part : parts) {
      progress.continuing();
      try (Statement statement = session.createStatement()) {
        statement.setEscapeProcessing(false);
        statement.execute(part.text());
      } catch (SQLException e) {
        orFull(e);
        throw refused(file + ":" + part.line(), part, e);
      }
      if (part.text().startsWith("CREATE ")) {
        requireDefiner(session, file + ":" + part.line(), part);
      }
    }
    for (Map.Entry<String, String> setting : before.entrySet()) {
      String value = setting.getValue();
      String written =
          value.isEmpty() && setting.getKey().contains("_set_") ? "NULL" : "'" + value + "'";
      Queries.run(
          session,
          "SET SESSION " + setting.getKey() + " = " + (value.matches("\\d+") ? value : written));
    }
  }

  /** The servers make an object whose definer is not there, and say so in a warning. */
  private static void requireDefiner(Connection session, String where, ScriptPart part)
      throws SQLException {
    List<String> told = new ArrayList<>();
    for (Row row : Queries.rows(session, "SHOW WARNINGS", Function.identity())) {
      if (row.number("Code") == NO_DEFINER) {
        told.add(row.text("Message"));
      }
    }
    if (!told.isEmpty()) {
      throw DrillPreflight.noDefiner(
          List.of(ReplayRules.definer(part.text()).orElse(where + "  " + told.get(0))));
    }
  }

  /**
   * The error, where it does not say that the server has no room.
   *
   * @throws StepFailed when it does
   */
  private static SQLException orFull(SQLException e) {
    if (!ErrorCodes.isFull(e)) {
      return e;
    }
    StepFailed full =
        new StepFailed(
            Finding.of("restore.disk-full", "the server has no room for the copy")
                .withExpected("room for all rows of the backup and their indexes")
                .withFound(e.getMessage() + " (error " + ErrorCodes.of(e) + ")")
                .withFix(
                    "make room on the server's disk, and run the runbook again; the copy is"
                        + " dropped, and the target as it was"));
    full.initCause(e);
    throw full;
  }

  private static StepFailed refused(String where, ScriptPart part, SQLException e) {
    String line = part.text().replaceAll("\\s+", " ");
    StepFailed failed =
        new StepFailed(
            Finding.of("restore.statement", "the server does not take a definition of the backup")
                .withExpected(
                    where + "  " + (line.length() <= 120 ? line : line.substring(0, 117) + "..."))
                .withFound(String.valueOf(e.getMessage()))
                .withFix("correct the object in the source, and back up again"));
    failed.initCause(e);
    return failed;
  }
}

package dev.gatehouse.sqlite;

import dev.gatehouse.core.dialect.ForeignKeyEnforcement;
import dev.gatehouse.core.dialect.ScriptReader.ScriptStatement;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.StepFailed;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * {@code PRAGMA foreign_keys}, which does nothing inside a transaction. Our sessions have it on,
 * those of the {@code sqlite3} shell have it off: so scripts that were tried there may rely on
 * that.
 *
 * <p>Thread-safe.
 */
final class ForeignKeys implements ForeignKeyEnforcement {
  /** How the engine says it. */
  static final String FAILED = "FOREIGN KEY constraint failed";

  private static final int SHOWN = 10;

  private static final Set<String> ON = Set.of("on", "1", "true", "yes");

  /** One foreign key of a table, as the schema numbers it. */
  private record Key(String table, long id, String parent, List<String> columns) {}

  @Override
  public List<String> preview() {
    return List.of(
        "PRAGMA foreign_keys = OFF;",
        "-- before the commit: PRAGMA foreign_key_check, and no reference broken that was not"
            + " before");
  }

  @Override
  public void refuseLosses(Optional<Connection> target, List<ScriptStatement> statements)
      throws SQLException {
    List<Finding> losses = ReferencesOverTime.losses(target, statements);
    if (!losses.isEmpty()) {
      throw Refusal.of(losses);
    }
  }

  /** Whether it asks for what this session could not do any more. */
  static boolean switchesOff(StatementNames statement) {
    return statement
        .pragma()
        .filter(pragma -> pragma.name().equals("foreign_keys"))
        .filter(pragma -> !statement.text(pragma.next()).isEmpty())
        .filter(pragma -> !ON.contains(statement.text(pragma.next() + 1)))
        .isPresent();
  }

  static Finding switchedOff(ScriptStatement statement) {
    return Finding.of(
            "script.foreign-keys", "a script switches foreign keys off, too late to have an effect")
        .withExpected("foreign keys switched off before the transaction begins")
        .withFound(statement.where() + "  " + statement.sql())
        .withFix(
            "inOneTransaction(...).withoutForeignKeys(): off around the transaction, and a proof"
                + " before the commit that no reference was broken; the script may stay as it is");
  }

  static boolean areEnforced(Connection connection) throws SQLException {
    return Queries.number(connection, "PRAGMA foreign_keys") == 1;
  }

  @Override
  public void suspend(Connection connection) throws SQLException {
    Queries.run(connection, "PRAGMA foreign_keys = OFF");
    if (areEnforced(connection)) {
      throw new SQLException("foreign keys could not be switched off: a transaction is open");
    }
  }

  @Override
  public List<String> goingWithTables(Connection connection) throws SQLException {
    List<String> all = new ArrayList<>();
    for (Key key : keys(connection)) {
      all.add(
          "reference of %s (%s) to %s"
              .formatted(
                  key.table(),
                  String.join(", ", key.columns()),
                  key.parent().toLowerCase(Locale.ROOT)));
    }
    all.addAll(
        Queries.texts(
            connection,
            "SELECT type || ' ' || name || ' on ' || tbl_name FROM main.sqlite_schema"
                + " WHERE type IN ('index', 'trigger') AND sql IS NOT NULL ORDER BY 1"));
    return all;
  }

  @Override
  public Map<String, Long> broken(Connection connection) throws SQLException {
    Map<String, Long> broken = new TreeMap<>();
    for (Key key : keys(connection)) {
      if (!exists(connection, key.parent())) {
        broken.put(key.table() + " refers to the table " + key.parent() + ", which is missing", 1L);
      }
      count(connection, key, broken);
    }
    return broken;
  }

  /** The transaction is still open, so that its rows can be asked for. */
  static StepFailed brokenAtCommit(Connection connection, SQLException e) throws SQLException {
    List<String> broken = new ArrayList<>();
    new ForeignKeys()
        .broken(connection)
        .forEach((reference, rows) -> broken.add(reference + " (rows: " + rows + ")"));
    String more = broken.size() > SHOWN ? "\nand " + (broken.size() - SHOWN) + " more" : "";
    StepFailed failed =
        new StepFailed(
            Finding.of("foreign-keys.deferred", "deferred references lead nowhere at the commit")
                .withExpected("every reference to lead to a row when the transaction ends")
                .withFound(
                    String.join("\n", broken.subList(0, Math.min(SHOWN, broken.size()))) + more)
                .withFix(
                    "add the rows that are referred to, or correct or delete those that refer to"
                        + " them, in the scripts of this step; nothing was changed"));
    failed.initCause(e);
    return failed;
  }

  private static List<Key> keys(Connection connection) throws SQLException {
    Map<String, Key> keys = new TreeMap<>();
    try (PreparedStatement select =
            connection.prepareStatement(
                "SELECT t.name, f.id, f.\"table\", f.\"from\" FROM main.sqlite_schema AS t,"
                    + " pragma_foreign_key_list(t.name, 'main') AS f WHERE t.type = 'table'"
                    + " ORDER BY t.name, f.id, f.seq");
        ResultSet rows = select.executeQuery()) {
      while (rows.next()) {
        Key key = new Key(rows.getString(1), rows.getLong(2), rows.getString(3), new ArrayList<>());
        keys.computeIfAbsent(key.table() + "\0" + key.id(), any -> key)
            .columns()
            .add(rows.getString(4));
      }
    }
    return List.copyOf(keys.values());
  }

  private static boolean exists(Connection connection, String table) throws SQLException {
    return Queries.maybe(
            connection,
            "SELECT 1 FROM main.sqlite_schema WHERE type = 'table' AND lower(name) = lower(?)",
            table)
        .isPresent();
  }

  /** By the value that leads nowhere: a row's number need not survive the rebuild of its table. */
  private static void count(Connection connection, Key key, Map<String, Long> broken)
      throws SQLException {
    Optional<String> rowid = rowid(connection, key.table());
    String value =
        rowid.isEmpty()
            ? "'?'"
            : key.columns().stream()
                .map(column -> "quote(c." + SqlNames.quoted(column) + ")")
                .collect(Collectors.joining(" || ', ' || "));
    String rows =
        rowid
            .map(
                name ->
                    " JOIN main."
                        + SqlNames.quoted(key.table())
                        + " AS c ON c."
                        + name
                        + " = v.rowid")
            .orElse("");
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT "
                + value
                + ", count(*) FROM pragma_foreign_key_check(?, 'main') AS v"
                + rows
                + " WHERE v.fkid = ? GROUP BY 1")) {
      select.setString(1, key.table());
      select.setLong(2, key.id());
      try (ResultSet found = select.executeQuery()) {
        while (found.next()) {
          String words =
              "%s (%s) = %s leads to no row of %s"
                  .formatted(
                      key.table(),
                      String.join(", ", key.columns()),
                      found.getString(1),
                      key.parent());
          broken.merge(words, found.getLong(2), Long::sum);
        }
      }
    } catch (SQLException e) {
      throw unknown(key, e);
    }
  }

  private static StepFailed unknown(Key key, SQLException e) {
    StepFailed failed =
        new StepFailed(
            Finding.of("sqlite.foreign-key", "it cannot be told whether references lead to a row")
                .withExpected("an answer of PRAGMA foreign_key_check")
                .withFound(
                    key.table() + " (" + String.join(", ", key.columns()) + "): " + e.getMessage())
                .withFix(
                    "give "
                        + key.parent()
                        + " a primary key or a unique index over the columns that are referred"
                        + " to"));
    failed.initCause(e);
    return failed;
  }

  /** A name by which rows have a number: none where the table has no numbers, or hides them all. */
  private static Optional<String> rowid(Connection connection, String table) throws SQLException {
    boolean numbered =
        Queries.maybe(
                connection,
                "SELECT 1 FROM pragma_table_list WHERE schema = 'main' AND name = ? AND wr = 0",
                table)
            .isPresent();
    if (!numbered) {
      return Optional.empty();
    }
    Set<String> columns =
        Set.copyOf(
            Queries.texts(
                connection,
                "SELECT DISTINCT lower(name) FROM pragma_table_xinfo(?, 'main')",
                table));
    return IntStream.range(0, 3)
        .mapToObj(List.of("rowid", "_rowid_", "oid")::get)
        .filter(name -> !columns.contains(name))
        .findFirst();
  }
}

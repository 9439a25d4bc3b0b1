package dev.gatehouse.postgres;

import dev.gatehouse.core.dialect.Baseline;
import dev.gatehouse.core.dialect.CatalogueObject;
import dev.gatehouse.core.dialect.CatalogueReader;
import dev.gatehouse.core.dialect.Drift;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * PostgreSQL's catalogue, as far as an account without any privileges can read it, which is all but
 * the options of user mappings. System schemas, members of extensions, temporary tables and the
 * schema {@code gatehouse} are left out.
 */
final class PostgresCatalogue implements CatalogueReader {
  static final PostgresCatalogue INSTANCE = new PostgresCatalogue();

  /** What pg_dump does not write for a database, so that a restored copy never has it. */
  private static final Set<String> NOT_DUMPED =
      Set.of("database", "invalid index", "disabled foreign key");

  /**
   * The names in definitions depend on the search_path, the constants on the other settings. The
   * temporary tables of the session are last, so that none stands for a catalogue.
   */
  private static final String PIN =
      """
      select pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true),
        pg_catalog.set_config('DateStyle', 'ISO, YMD', true),
        pg_catalog.set_config('IntervalStyle', 'postgres', true),
        pg_catalog.set_config('TimeZone', 'UTC', true),
        pg_catalog.set_config('extra_float_digits', '1', true),
        pg_catalog.set_config('bytea_output', 'hex', true),
        pg_catalog.set_config('quote_all_identifiers', 'off', true),
        pg_catalog.set_config('standard_conforming_strings', 'on', true),
        pg_catalog.set_config('jit', 'off', true)
      """;

  private static final Set<String> COLUMNS =
      Set.of(
          "kind",
          "schema",
          "name",
          "of",
          "definition",
          "owner",
          "privileges",
          "defined",
          "verbatim");

  /** How often it is begun again when objects are dropped while they are read. */
  private static final int ATTEMPTS = 5;

  private static final String GONE = "02000";

  /** What the server's own functions say of an object that was dropped since the snapshot. */
  private static final Set<String> DROPPED_MEANWHILE =
      Set.of(GONE, "XX000", "42P01", "42703", "42704", "42883", "3F000");

  private PostgresCatalogue() {}

  /** The part of it that a restored copy has as well. */
  static Baseline dumped(Baseline state) {
    return state.where(object -> !NOT_DUMPED.contains(object.kind()));
  }

  @Override
  public Baseline read(Connection connection) throws SQLException {
    for (int attempt = 1; ; attempt++) {
      try {
        return connection.getAutoCommit() ? inOwnTransaction(connection) : pinned(connection);
      } catch (SQLException e) {
        if (attempt == ATTEMPTS || !DROPPED_MEANWHILE.contains(String.valueOf(e.getSQLState()))) {
          throw e;
        }
      }
    }
  }

  private static Baseline inOwnTransaction(Connection connection) throws SQLException {
    connection.setAutoCommit(false);
    try {
      Ask.run(connection, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
      return pinned(connection);
    } finally {
      connection.rollback();
      connection.setAutoCommit(true);
    }
  }

  /** Going back to the savepoint takes all settings back as well. */
  private static Baseline pinned(Connection connection) throws SQLException {
    Savepoint before = connection.setSavepoint();
    try {
      Ask.run(connection, PIN);
      Baseline state = all(connection);
      back(connection, before);
      return state;
    } catch (SQLException e) {
      try {
        back(connection, before);
      } catch (SQLException alsoFailed) {
        e.addSuppressed(alsoFailed);
      }
      throw e;
    }
  }

  private static void back(Connection connection, Savepoint before) throws SQLException {
    connection.rollback(before);
    connection.releaseSavepoint(before);
  }

  private static Baseline all(Connection connection) throws SQLException {
    List<CatalogueObject> objects = new ArrayList<>();
    int major = connection.getMetaData().getDatabaseMajorVersion();
    for (String query : CatalogueQueries.of(major)) {
      try (Statement statement = connection.createStatement()) {
        statement.setEscapeProcessing(false);
        try (ResultSet rows = statement.executeQuery(query)) {
          while (rows.next()) {
            objects.add(object(rows));
          }
        }
      }
    }
    return Baseline.of(objects);
  }

  private static CatalogueObject object(ResultSet rows) throws SQLException {
    Map<String, String> columns = new LinkedHashMap<>();
    List<String> privileges = List.of();
    ResultSetMetaData head = rows.getMetaData();
    for (int i = 1; i <= head.getColumnCount(); i++) {
      String label = head.getColumnLabel(i);
      if (label.equals("privileges")) {
        privileges = List.of((String[]) rows.getArray(i).getArray());
      } else {
        String value = rows.getString(i);
        columns.put(label, value == null ? "" : value);
      }
    }
    if (columns.getOrDefault("defined", "").equals("t")
        && columns.getOrDefault("definition", "").isEmpty()) {
      throw new SQLException(
          columns.get("kind") + " " + columns.get("name") + " was dropped while it was read", GONE);
    }
    boolean verbatim = columns.getOrDefault("verbatim", "").equals("t");
    Map<String, String> facts = new LinkedHashMap<>();
    columns.forEach(
        (name, value) -> {
          if (!COLUMNS.contains(name) && !value.isEmpty()) {
            facts.put(name, name.equals("comment") ? value : CatalogueText.normalised(value));
          }
        });
    String definition = columns.getOrDefault("definition", "");
    return new CatalogueObject(
        columns.getOrDefault("kind", ""),
        columns.getOrDefault("schema", ""),
        columns.getOrDefault("name", ""),
        columns.getOrDefault("of", ""),
        verbatim ? definition : CatalogueText.normalised(definition),
        columns.getOrDefault("owner", ""),
        privileges,
        facts);
  }

  @Override
  public List<String> suggestion(Drift drift) {
    return CatalogueSuggestion.of(drift);
  }
}

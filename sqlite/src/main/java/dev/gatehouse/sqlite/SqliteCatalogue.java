package dev.gatehouse.sqlite;

import dev.gatehouse.core.dialect.Baseline;
import dev.gatehouse.core.dialect.CatalogueObject;
import dev.gatehouse.core.dialect.CatalogueReader;
import dev.gatehouse.core.dialect.Drift;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** SQLite keeps every definition as it was written; there is nothing else to ask. */
final class SqliteCatalogue implements CatalogueReader {

  /** One statement, so that it is one snapshot also outside a transaction. */
  private static final String OBJECTS =
      """
      SELECT type, name, tbl_name, coalesce(sql, '') FROM main.sqlite_schema
      WHERE tbl_name NOT LIKE 'gatehouse\\_%' ESCAPE '\\' AND tbl_name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
      UNION ALL SELECT 'setting', 'user_version', '', user_version FROM pragma_user_version
      UNION ALL SELECT 'setting', 'application_id', '', application_id FROM pragma_application_id
      """;

  @Override
  public Baseline read(Connection connection) throws SQLException {
    List<CatalogueObject> objects = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(OBJECTS)) {
      while (rows.next()) {
        String name = rows.getString(2);
        String of = rows.getString(3);
        objects.add(
            new CatalogueObject(
                rows.getString(1),
                "",
                name,
                of.equals(name) ? "" : of,
                rows.getString(4),
                "",
                List.of(),
                Map.of()));
      }
    }
    return Baseline.of(objects);
  }

  /**
   * What ANALYZE has left, if anybody asked for it. Source: sqlite.org/fileformat2, sqlite_stat1.
   */
  @Override
  public List<Rows> estimatedRows(Connection connection) throws SQLException {
    boolean analysed =
        !Queries.texts(connection, "SELECT 1 FROM main.sqlite_schema WHERE name = 'sqlite_stat1'")
            .isEmpty();
    List<Rows> all = new ArrayList<>();
    for (CatalogueObject object : read(connection).objects()) {
      if (object.kind().equals("table")) {
        Optional<String> counted =
            analysed
                ? Queries.maybe(
                    connection,
                    "SELECT stat FROM main.sqlite_stat1 WHERE tbl = ? AND stat IS NOT NULL",
                    object.name())
                : Optional.empty();
        Optional<Long> rows = counted.map(stat -> Long.valueOf(stat.split(" ", 2)[0]));
        all.add(new Rows(object.name(), rows, /* divided= */ false));
      }
    }
    return all;
  }

  @Override
  public List<String> suggestion(Drift drift) {
    CatalogueObject object = drift.object();
    boolean dropped = !object.kind().equals("table") && !object.kind().equals("setting");
    if (drift instanceof Drift.Missing) {
      return made(object);
    }
    if (!dropped || object.definition().isEmpty()) {
      return List.of();
    }
    List<String> statements = new ArrayList<>();
    statements.add(
        "DROP "
            + object.kind().toUpperCase(Locale.ROOT)
            + " "
            + SqlNames.quoted(object.name())
            + ";");
    if (drift instanceof Drift.Changed) {
      statements.addAll(made(object));
    }
    return statements;
  }

  private static List<String> made(CatalogueObject object) {
    return object.definition().isEmpty() || object.kind().equals("setting")
        ? List.of()
        : List.of(object.definition() + ";");
  }
}

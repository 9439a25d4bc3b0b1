package dev.gatehouse.postgres.catalogue;

import dev.gatehouse.core.dialect.Baseline;
import dev.gatehouse.core.dialect.CatalogueObject;
import dev.gatehouse.core.dialect.CatalogueReader;
import dev.gatehouse.core.dialect.Drift;
import dev.gatehouse.postgres.session.PinnedReading;
import dev.gatehouse.postgres.session.Products;
import dev.gatehouse.postgres.session.Queries;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * PostgreSQL's catalogue, as far as an account without any privileges can read it, which is all but
 * the options of user mappings. System schemas, members of extensions, temporary tables and the
 * schema {@code gatehouse} are left out.
 */
public final class PostgresCatalogue implements CatalogueReader {
  public static final PostgresCatalogue INSTANCE = new PostgresCatalogue();

  private static final String INVALID_INDEX = "invalid index";

  /** What pg_dump does not write for a database, so that a restored copy never has it. */
  private static final Set<String> NOT_DUMPED =
      Set.of("database", INVALID_INDEX, "disabled foreign key");

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

  private PostgresCatalogue() {}

  /** The part of it that a restored copy has as well. */
  public static Baseline dumped(Baseline state) {
    return state.where(object -> !NOT_DUMPED.contains(object.kind()));
  }

  @Override
  public Baseline read(Connection connection) throws SQLException {
    return PinnedReading.of(connection, PostgresCatalogue::all);
  }

  private static Baseline all(Connection connection) throws SQLException {
    List<CatalogueObject> objects = new ArrayList<>();
    int major = connection.getMetaData().getDatabaseMajorVersion();
    List<CatalogueQueries.Query> queries = CatalogueQueries.of(major);
    try (Statement statement = connection.createStatement()) {
      statement.setEscapeProcessing(false);
      Set<String> filled = new HashSet<>();
      try (ResultSet names = statement.executeQuery(CatalogueQueries.filled(queries))) {
        while (names.next()) {
          filled.add(names.getString(1));
        }
      }
      for (CatalogueQueries.Query query : queries) {
        if (query.concerns(filled)) {
          try (ResultSet rows = statement.executeQuery(query.sql())) {
            while (rows.next()) {
              objects.add(object(rows));
            }
          }
        }
      }
    }
    return Baseline.of(objects, Products.POSTGRESQL + " " + major);
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
          columns.get("kind") + " " + columns.get("name") + " was dropped while it was read",
          PinnedReading.GONE);
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

  /**
   * Another spelling of the same definition; an index that no dump holds because a failed
   * concurrent build left it; the index of a partitioned table that still waited for its parts and
   * is whole when made anew; and the comment of an extension that had none, which the extension
   * brings with it, or of plpgsql, which is the server's own and in no dump.
   */
  @Override
  public boolean leftByDump(Drift drift) {
    if (drift instanceof Drift.Changed changed) {
      return DefinitionSpelling.only(changed) || isMadeWhole(changed) || isBroughtComment(changed);
    }
    return drift instanceof Drift.Missing && drift.object().kind().equals(INVALID_INDEX);
  }

  private static boolean isMadeWhole(Drift.Changed changed) {
    return changed.object().kind().equals("index")
        && changed.fields().keySet().equals(Set.of("valid"))
        && changed.object().facts().containsKey("valid");
  }

  private static boolean isBroughtComment(Drift.Changed changed) {
    return changed.object().kind().equals("extension")
        && changed.fields().keySet().equals(Set.of("comment"))
        && (changed.object().name().equals("plpgsql")
            || !changed.object().facts().containsKey("comment")
            || !changed.other().facts().containsKey("comment"));
  }

  @Override
  public boolean ofVersionOnly(Drift drift, String expected, String found) {
    return drift instanceof Drift.Changed changed && OtherVersion.same(changed);
  }

  /**
   * -1 is what nobody has counted, and autovacuum counts parts only. Source: PostgreSQL manual,
   * pg_class.reltuples, and "Routine Vacuuming" on partitioned tables.
   */
  @Override
  public List<Rows> estimatedRows(Connection connection) throws SQLException {
    return Queries.rows(
        connection,
        "SELECT n.nspname || '.' || c.relname,"
            + " CASE WHEN c.relkind = 'p' THEN (SELECT CASE WHEN bool_or(leaf.reltuples < 0) THEN ''"
            + " ELSE coalesce(sum(leaf.reltuples), 0)::bigint::text END FROM"
            + " pg_partition_tree(c.oid) part JOIN pg_class leaf ON leaf.oid = part.relid AND"
            + " part.isleaf) WHEN c.reltuples < 0 THEN '' ELSE c.reltuples::bigint::text END,"
            + " c.relkind = 'p' FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            + " WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema',"
            + " 'gatehouse') AND n.nspname NOT LIKE 'pg\\_toast%' AND n.nspname NOT LIKE"
            + " 'pg\\_temp%' ORDER BY 1",
        row ->
            new Rows(
                row.texts().get(0),
                Optional.of(row.texts().get(1)).filter(one -> !one.isEmpty()).map(Long::valueOf),
                row.texts().get(2).equals("t")));
  }

  @Override
  public List<String> suggestion(Drift drift) {
    return CatalogueSuggestion.of(drift);
  }
}

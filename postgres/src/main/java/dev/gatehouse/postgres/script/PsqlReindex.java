package dev.gatehouse.postgres.script;

import dev.gatehouse.core.dialect.LoneStatements.Lone;
import dev.gatehouse.core.dialect.LoneStatements.Seen;
import dev.gatehouse.core.dialect.LoneStatements.State;
import dev.gatehouse.postgres.script.PsqlNames.Name;
import dev.gatehouse.postgres.session.Ask;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * Indexes rebuilt while others write. May be repeated; one that fails leaves invalid indexes whose
 * names end in {@code _ccnew} or {@code _ccold}. Manual: REINDEX, "Rebuilding Indexes
 * Concurrently".
 *
 * @param name of the table or index; empty for a schema or a whole database
 */
record PsqlReindex(String sql, Optional<Name> name) implements Lone {
  /** Their table's name, and their own. */
  private static final String LEFT =
      "SELECT tn.nspname, t.relname, c.relname FROM pg_catalog.pg_index i"
          + " JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid"
          + " JOIN pg_catalog.pg_class t ON t.oid = i.indrelid"
          + " JOIN pg_catalog.pg_namespace tn ON tn.oid = t.relnamespace"
          + " WHERE NOT i.indisvalid AND c.relname ~ '_cc(new|old)[0-9]*$'"
          + " AND tn.nspname <> 'pg_toast'";

  private static final String OF_ONE =
      " AND i.indrelid = coalesce((SELECT indrelid FROM pg_catalog.pg_index"
          + " WHERE indexrelid = ?), ?)";

  static Lone of(String sql, ScriptWords words, PsqlNames names) {
    Optional<Name> name =
        words.has("index")
            ? names.after("index", "concurrently").or(() -> names.after("index"))
            : names.after("table", "concurrently").or(() -> names.after("table"));
    return new PsqlReindex(sql, name);
  }

  @Override
  public List<String> plan(Connection connection, boolean settled) {
    return List.of(
        "-- before: DROP INDEX CONCURRENTLY of invalid *_ccnew and *_ccold that an earlier try left");
  }

  private List<List<String>> left(Connection connection) throws SQLException {
    return name.isPresent()
        ? ofOne(connection, name.get().oid(connection))
        : Ask.rows(connection, LEFT);
  }

  private static List<List<String>> ofOne(Connection connection, long oid) throws SQLException {
    return Ask.rows(connection, LEFT + OF_ONE, oid, oid);
  }

  @Override
  public Optional<Seen> seen(Connection connection) throws SQLException {
    List<String> left = left(connection).stream().map(row -> row.get(2)).toList();
    return Optional.of(
        left.isEmpty()
            ? new Seen(State.NOT_APPLIED, "nothing is left of it; doing it again is harmless")
            : new Seen(State.REPEATABLE, "invalid indexes are left: " + left));
  }

  @Override
  public void execute(Connection connection) throws SQLException {
    for (List<String> row : left(connection)) {
      PsqlLeftovers.drop(connection, new Name(row.subList(0, 2)), row.get(2));
    }
    PsqlLoneStatements.execute(connection, sql);
  }
}

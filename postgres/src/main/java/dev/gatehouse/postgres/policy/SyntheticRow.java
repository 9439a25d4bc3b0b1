package dev.gatehouse.postgres.policy;

import dev.gatehouse.postgres.session.Queries;
import dev.gatehouse.postgres.session.SqlNames;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Values that no row has, so that only policies can be in the way of a row that has them. */
public final class SyntheticRow {
  private static final List<String> NUMBERS = List.of("smallint", "integer", "bigint", "numeric");

  private SyntheticRow() {}

  /**
   * A value of the column's type.
   *
   * @param column quoted
   * @return a literal; empty for a type that none is made up for
   */
  public static Optional<String> value(Connection admin, String oid, String table, String column)
      throws SQLException {
    String type =
        Queries.pinned(
            admin,
            "SELECT atttypid::regtype || CASE WHEN atttypmod < 0 THEN '' ELSE '()' END"
                + " FROM pg_attribute WHERE attrelid = ?::oid"
                + " AND '\"' || replace(attname, '\"', '\"\"') || '\"' = ?",
            oid,
            column);
    if (type.equals("uuid")) {
      return Optional.of(SqlNames.literal(UUID.randomUUID().toString()));
    }
    if (NUMBERS.contains(type)) {
      return Optional.of(
          SqlNames.literal(
              Queries.pinned(
                  admin, "SELECT coalesce(max(%s), 0) + 1 FROM %s".formatted(column, table))));
    }
    if (type.equals("text") || type.equals("character varying")) {
      return Optional.of(SqlNames.literal("gatehouse-" + UUID.randomUUID()));
    }
    return Optional.empty();
  }
}

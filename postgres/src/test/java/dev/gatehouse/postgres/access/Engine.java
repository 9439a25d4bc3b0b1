package dev.gatehouse.postgres.access;

import dev.gatehouse.core.access.AccessObject.Kind;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** What has_table_privilege() and its like answer. */
final class Engine {
  private static final String ASK =
      """
      select case k
        when 'TABLE' then has_table_privilege(r::name, o, p)
        when 'SEQUENCE' then has_sequence_privilege(r::name, o, p)
        when 'SCHEMA' then has_schema_privilege(r::name, o, p)
        when 'ROUTINE' then has_function_privilege(r::name, o, p)
        when 'DATABASE' then has_database_privilege(r::name, o, p)
        when 'COLUMN' then has_column_privilege(r::name, o, c, p) end
      from unnest(?, ?, ?, ?, ?) with ordinality u (k, r, p, o, c, n) order by n""";

  private Engine() {}

  static List<Boolean> has(Connection admin, List<AccessOracleTest.Cell> cells)
      throws SQLException {
    try (PreparedStatement statement = admin.prepareStatement(ASK)) {
      List<Function<AccessOracleTest.Cell, String>> parts =
          List.of(
              cell -> cell.object().kind().name(),
              AccessOracleTest.Cell::role,
              AccessOracleTest.Cell::privilege,
              Engine::object,
              cell -> cell.object().name().substring(cell.object().name().lastIndexOf('.') + 1));
      for (int i = 0; i < parts.size(); i++) {
        statement.setArray(
            i + 1, admin.createArrayOf("text", cells.stream().map(parts.get(i)).toArray()));
      }
      List<Boolean> answers = new ArrayList<>();
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          answers.add(rows.getBoolean(1));
        }
      }
      return answers;
    }
  }

  /** Schemas and databases are asked for by their plain name, columns by their table. */
  private static String object(AccessOracleTest.Cell cell) {
    String name = cell.object().name();
    Kind kind = cell.object().kind();
    if (kind == Kind.COLUMN) {
      return name.substring(0, name.lastIndexOf('.'));
    }
    return kind == Kind.SCHEMA || kind == Kind.DATABASE ? name.replace("\"", "") : name;
  }
}

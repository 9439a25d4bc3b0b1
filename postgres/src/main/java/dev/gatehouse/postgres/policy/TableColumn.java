package dev.gatehouse.postgres.policy;

import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.postgres.session.Queries;
import dev.gatehouse.postgres.session.SqlNames;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A column, as far as values are made up for it.
 *
 * @param type with its modifier, as a cast takes it
 * @param base name of the type, of a domain that of its base
 * @param category as pg_type has it, of the base; E for enumerated types
 * @param generated its expression; empty when it has none
 * @param assigned the default; empty when it has none
 * @param labels of an enumerated type
 */
public record TableColumn(
    String name,
    String type,
    String base,
    String category,
    boolean nullable,
    String generated,
    String assigned,
    List<String> labels) {
  private static final Set<String> TEXTS = Set.of("text", "varchar", "bpchar", "name");

  private static final String QUERY =
      """
      WITH RECURSIVE base AS (
        SELECT a.attnum, a.atttypid AS oid, false AS required FROM pg_attribute a WHERE a.attrelid = ?::oid AND a.attnum > 0 AND NOT a.attisdropped
        UNION ALL SELECT b.attnum, t.typbasetype, b.required OR t.typnotnull FROM base b JOIN pg_type t ON t.oid = b.oid AND t.typtype = 'd')
      SELECT a.attname, format_type(a.atttypid, a.atttypmod) AS type, t.typname, t.typcategory, NOT a.attnotnull AND NOT bool_or(b.required) OVER (PARTITION BY a.attnum) AS nullable,
        CASE WHEN a.attgenerated <> '' THEN pg_get_expr(d.adbin, d.adrelid) END AS generated,
        CASE WHEN a.attgenerated = '' THEN pg_get_expr(d.adbin, d.adrelid) END AS assigned,
        (SELECT string_agg(encode(convert_to(e.enumlabel, 'UTF8'), 'hex'), ',' ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid) AS labels
      FROM pg_attribute a JOIN base b ON b.attnum = a.attnum JOIN pg_type t ON t.oid = b.oid AND t.typtype <> 'd'
      LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
      WHERE a.attrelid = ?::oid ORDER BY a.attnum\
      """;

  public static Map<String, TableColumn> of(Connection admin, String oid) throws SQLException {
    Map<String, TableColumn> columns = new LinkedHashMap<>();
    for (TableColumn column : Queries.rows(admin, QUERY, TableColumn::of, oid, oid)) {
      columns.put(column.name(), column);
    }
    return columns;
  }

  private static TableColumn of(Row row) {
    List<String> labels =
        row.found("labels")
            .map(hex -> List.of(hex.split(",")).stream().map(TableColumn::unhexed).toList())
            .orElse(List.of());
    return new TableColumn(
        row.text("attname"),
        row.text("type"),
        row.text("typname"),
        row.text("typcategory"),
        row.isTrue("nullable"),
        row.text("generated"),
        row.text("assigned"),
        labels);
  }

  private static String unhexed(String hex) {
    return new String(HexFormat.of().parseHex(hex), StandardCharsets.UTF_8);
  }

  public String quoted() {
    return SqlNames.quoted(name);
  }

  /** All values there are can be made up. */
  public boolean enumerable() {
    return category.equals("B") || category.equals("E");
  }

  public boolean isText() {
    return TEXTS.contains(base);
  }

  public boolean isNumber() {
    return category.equals("N") && !base.startsWith("reg") && !base.equals("oid");
  }

  public boolean isTime() {
    return category.equals("D");
  }

  public boolean isArray() {
    return category.equals("A");
  }

  /** Values have an order, and each but the whole numbers' has one next to it. */
  public boolean ordered() {
    return isNumber() || isTime();
  }
}

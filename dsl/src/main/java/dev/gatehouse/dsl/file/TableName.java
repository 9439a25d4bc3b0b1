package dev.gatehouse.dsl.file;

/**
 * A table as a source writes it.
 *
 * @param schema empty where there is none
 * @param anySchema whether the source makes the schema while it runs
 * @param table how it begins, or all of it
 * @param open whether the source makes the rest of it while it runs
 * @param at where it begins
 */
record TableName(String schema, boolean anySchema, String table, boolean open, int at) {

  TableName under(TableName inner) {
    return new TableName(table, open, inner.table, inner.open, at);
  }

  @Override
  public String toString() {
    String shown = open ? table + "..." : table;
    return anySchema ? "...." + shown : schema.isEmpty() ? shown : schema + "." + shown;
  }
}

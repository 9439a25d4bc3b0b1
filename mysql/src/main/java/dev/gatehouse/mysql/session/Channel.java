package dev.gatehouse.mysql.session;

import dev.gatehouse.core.dialect.Row;

/**
 * What a server tells of one source that it replicates from. Which words it uses depends on its
 * version: here they are source and replica.
 */
public record Channel(Row row) {
  /**
   * The value of a column.
   *
   * @param name such as {@code source_host}
   * @param otherwise where there is no such column
   */
  public String text(String name, String otherwise) {
    return row.found(name)
        .or(() -> row.found(name.replace("source", "master").replace("replica", "slave")))
        .orElse(otherwise);
  }
}

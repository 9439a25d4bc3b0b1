package dev.gatehouse.core.artifact;

import dev.gatehouse.core.outcome.Finding;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The content of a database: its schema's digest and, for each table, rows and digest. Two equal
 * contents hold the same data.
 *
 * <p>Immutable.
 *
 * @param schemaDigest {@code sha256:} over the normalised definitions of all objects
 * @param tables sorted by name
 * @param states what else the database holds, such as sequences: name and state or digest
 * @param comparison of a copy: how its definitions compare with the recorded ones, where the
 *     dialect compared them one by one; it stands above the digests
 * @since 0.1
 */
public record Content(
    String schemaDigest,
    List<TableContent> tables,
    Map<String, String> states,
    Optional<SchemaComparison> comparison) {

  public Content {
    tables = List.copyOf(tables);
    states = Map.copyOf(states);
  }

  /** A content that was compared with no other. */
  public Content(String schemaDigest, List<TableContent> tables, Map<String, String> states) {
    this(schemaDigest, tables, states, Optional.empty());
  }

  /** The content of a database that holds nothing but tables. */
  public Content(String schemaDigest, List<TableContent> tables) {
    this(schemaDigest, tables, Map.of());
  }

  /** The same with these tables. */
  public Content withTables(List<TableContent> others) {
    return new Content(schemaDigest, others, states, comparison);
  }

  /** The same with these states. */
  public Content withStates(Map<String, String> others) {
    return new Content(schemaDigest, tables, others, comparison);
  }

  /** The same, compared with what was recorded. */
  public Content compared(SchemaComparison result) {
    return new Content(schemaDigest, tables, states, Optional.of(result));
  }

  /** What differs and is no difference, by the name of the fact; for the evidence. */
  public Map<String, String> notes() {
    return comparison.map(SchemaComparison::notes).orElse(Map.of());
  }

  /** Rows of all tables together. */
  public long rows() {
    return tables.stream().mapToLong(TableContent::rows).sum();
  }

  /**
   * What differs when this is what was expected; empty when the two are equal. Names each table
   * that is missing, surplus, or differs in rows or in content, and each definition that differs
   * where both sides have definitions.
   */
  public List<Finding> differences(Content found) {
    List<Finding> differences = new ArrayList<>();
    if (found.comparison.isPresent()) {
      differences.addAll(found.comparison.get().differences());
    } else if (!schemaDigest.equals(found.schemaDigest)) {
      differences.add(
          Finding.of("content.schema", "the schema is not the recorded one")
              .withExpected(schemaDigest)
              .withFound(found.schemaDigest)
              .withFix(
                  "compare the two schemas; the data is not compared as equal until they agree"));
    }
    Map<String, TableContent> others = new LinkedHashMap<>();
    found.tables.forEach(table -> others.put(table.table(), table));
    for (TableContent mine : tables) {
      TableContent other = others.remove(mine.table());
      if (other == null || !mine.equals(other)) {
        differences.add(
            Finding.of("content.table", "table '" + mine.table() + "' is not as recorded")
                .withExpected(mine.rows() + " rows, " + mine.digest())
                .withFound(
                    other == null ? "no such table" : other.rows() + " rows, " + other.digest())
                .withFix("do not use this copy as proof; take the backup or the restore again"));
      }
    }
    for (TableContent surplus : others.values()) {
      differences.add(
          Finding.of("content.surplus", "table '" + surplus.table() + "' was not recorded")
              .withExpected("no such table")
              .withFound(surplus.rows() + " rows")
              .withFix("do not use this copy as proof; take the backup or the restore again"));
    }
    Set<String> names = new TreeSet<>(states.keySet());
    names.addAll(found.states.keySet());
    for (String name : names) {
      String mine = states.getOrDefault(name, "none");
      String other = found.states.getOrDefault(name, "none");
      if (!mine.equals(other)) {
        differences.add(
            Finding.of("content.state", name + " is not as recorded")
                .withExpected(mine)
                .withFound(other)
                .withFix("do not use this copy as proof; take the backup or the restore again"));
      }
    }
    return differences;
  }
}

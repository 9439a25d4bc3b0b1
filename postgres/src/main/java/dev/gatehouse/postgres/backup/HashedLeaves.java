package dev.gatehouse.postgres.backup;

import dev.gatehouse.core.artifact.TableContent;
import dev.gatehouse.core.dialect.Baseline;
import dev.gatehouse.core.dialect.CatalogueObject;
import dev.gatehouse.postgres.archive.CopyText;
import java.math.BigInteger;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Leaves of tables that are partitioned by hash. Which of them holds a row depends on numbers that
 * a restore gives anew, such as those of the labels of an enum: so their rows are compared as the
 * table's. Leaves of a range or a list must agree one by one, because their bounds are recorded.
 */
final class HashedLeaves {
  private static final int DEEPEST = 100;

  private final Map<String, String> tables;

  /**
   * @param tables the topmost table that is partitioned by hash, by the name of its leaf
   */
  private HashedLeaves(Map<String, String> tables) {
    this.tables = Map.copyOf(tables);
  }

  static HashedLeaves of(Baseline catalogue) {
    Map<String, CatalogueObject> relations = new HashMap<>();
    for (CatalogueObject object : catalogue.objects()) {
      if (object.kind().equals("table")) {
        relations.put(bare(object.name()), object);
      }
    }
    Map<String, String> tables = new HashMap<>();
    for (String name : relations.keySet()) {
      root(name, relations).ifPresent(root -> tables.put(name, root));
    }
    return new HashedLeaves(tables);
  }

  private static Optional<String> root(String name, Map<String, CatalogueObject> relations) {
    Optional<String> root = Optional.empty();
    CatalogueObject at = relations.get(name);
    for (int depth = 0; at != null && depth < DEEPEST; depth++) {
      if (!at.facts().containsKey("partitionBound")) {
        return root;
      }
      String parent = bare(at.facts().getOrDefault("parents", ""));
      at = relations.get(parent);
      if (at != null && at.facts().getOrDefault("partitionKey", "").startsWith("HASH ")) {
        root = Optional.of(parent);
      }
    }
    return root;
  }

  /** The two ways to name a table quote other words. */
  private static String bare(String name) {
    return name.replace("\"", "");
  }

  /** What was found, with the recorded leaves of each table that holds the recorded rows. */
  List<TableContent> settled(List<TableContent> recorded, List<TableContent> found) {
    Map<String, Map<String, TableContent>> before = grouped(recorded);
    Map<String, Map<String, TableContent>> after = grouped(found);
    Map<String, TableContent> same = new HashMap<>();
    after.forEach(
        (root, leaves) -> {
          Map<String, TableContent> mine = before.getOrDefault(root, Map.of());
          if (mine.keySet().equals(leaves.keySet())
              && sum(mine.values()).isPresent()
              && sum(mine.values()).equals(sum(leaves.values()))) {
            same.putAll(mine);
          }
        });
    return found.stream().map(table -> same.getOrDefault(table.table(), table)).toList();
  }

  private Map<String, Map<String, TableContent>> grouped(List<TableContent> contents) {
    Map<String, Map<String, TableContent>> groups = new LinkedHashMap<>();
    for (TableContent content : contents) {
      String root = tables.get(bare(content.table()));
      if (root != null) {
        groups.computeIfAbsent(root, key -> new LinkedHashMap<>()).put(content.table(), content);
      }
    }
    return groups;
  }

  /** The digest of a table is a sum over its rows, so that of all leaves is the sum of theirs. */
  private static Optional<List<Object>> sum(Collection<TableContent> leaves) {
    Set<String> algorithms = new HashSet<>();
    long rows = 0;
    BigInteger sum = BigInteger.ZERO;
    for (TableContent leaf : leaves) {
      String[] digest = leaf.digest().split("(?<=:)", 2);
      algorithms.add(digest[0]);
      rows += leaf.rows();
      if (digest[0].equals(TableReading.HASHED)) {
        sum = sum.add(new BigInteger(digest[1]));
      } else if (digest[0].startsWith(CopyText.ALGORITHM)) {
        sum = sum.add(new BigInteger(digest[1], 16)).mod(CopyText.MODULUS);
      } else {
        return Optional.empty();
      }
    }
    return algorithms.size() == 1 ? Optional.of(List.of(rows, sum, algorithms)) : Optional.empty();
  }
}

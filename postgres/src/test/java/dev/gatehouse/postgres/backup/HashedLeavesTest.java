package dev.gatehouse.postgres.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.artifact.TableContent;
import dev.gatehouse.core.dialect.Baseline;
import dev.gatehouse.core.dialect.CatalogueObject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Rows of a table that is partitioned by hash are compared as the table's, all others by leaf. */
class HashedLeavesTest {
  private static final Baseline CATALOGUE =
      Baseline.of(
          List.of(
              table("s.h", Map.of("partitionKey", "HASH (m)")),
              leaf("s.h0", "s.h", "FOR VALUES WITH (modulus 2, remainder 0)"),
              leaf("s.h1", "s.h", "FOR VALUES WITH (modulus 2, remainder 1)"),
              table("s.r", Map.of("partitionKey", "RANGE (n)")),
              leaf("s.r0", "s.r", "FOR VALUES FROM (0) TO (9)"),
              leaf("s.r1", "s.r", "DEFAULT"),
              table("s.plain", Map.of())));

  private static CatalogueObject table(String name, Map<String, String> facts) {
    return new CatalogueObject("table", "s", name, "", "", "o", List.of(), facts);
  }

  private static CatalogueObject leaf(String name, String parent, String bound) {
    return table(name, Map.of("parents", parent, "partitionBound", bound));
  }

  private static TableContent content(String table, long rows, String sum) {
    return new TableContent(table, rows, TableReading.HASHED + sum);
  }

  private static List<TableContent> settled(List<TableContent> recorded, List<TableContent> found) {
    return HashedLeaves.of(CATALOGUE).settled(recorded, found);
  }

  @Test
  void a_row_in_another_leaf_of_a_hash_is_no_other_row() {
    List<TableContent> recorded = List.of(content("s.h0", 2, "-5"), content("s.h1", 1, "7"));
    List<TableContent> found = List.of(content("s.h0", 0, "0"), content("s.h1", 3, "2"));
    assertThat(settled(recorded, found)).isEqualTo(recorded);
  }

  @Test
  void one_row_more_or_another_one_is() {
    List<TableContent> recorded = List.of(content("s.h0", 2, "-5"), content("s.h1", 1, "7"));
    List<TableContent> more = List.of(content("s.h0", 0, "0"), content("s.h1", 4, "2"));
    List<TableContent> other = List.of(content("s.h0", 0, "0"), content("s.h1", 3, "3"));
    List<TableContent> gone = List.of(content("s.h1", 3, "2"));
    assertThat(settled(recorded, more)).isEqualTo(more);
    assertThat(settled(recorded, other)).isEqualTo(other);
    assertThat(settled(recorded, gone)).isEqualTo(gone);
  }

  @Test
  void leaves_of_a_range_must_agree() {
    List<TableContent> recorded = List.of(content("s.r0", 2, "-5"), content("s.r1", 1, "7"));
    List<TableContent> found = List.of(content("s.r0", 0, "0"), content("s.r1", 3, "2"));
    assertThat(settled(recorded, found)).isEqualTo(found);
  }
}

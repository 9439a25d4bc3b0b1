package dev.gatehouse.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.artifact.Content;
import dev.gatehouse.core.artifact.TableContent;
import dev.gatehouse.core.dialect.Progress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.sql.Connection;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ContentTest {
  private static final String TABLE = "CREATE TABLE t (id INTEGER PRIMARY KEY, x)";

  @TempDir Path directory = Path.of("");

  private Content content(String... statements) throws Exception {
    Path file = Files.createTempDirectory(directory, "c").resolve("c.db");
    return Copies.content(Databases.with(file, statements), Optional.empty(), Progress.SILENT);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "1 ; '1'",
        "1 ; 1.0",
        "'a' ; x'61'",
        "NULL ; ''",
        "'' ; x''",
        "0.1 ; 0.10000000000000002",
        "'a' ; 'a' || char(0)",
        "9223372036854775807 ; 9223372036854775806",
        "cast(x'ff' as text) ; cast(x'fe' as text)"
      })
  void values_that_differ_in_type_or_bits_differ(String one, String other) throws Exception {
    Content first = content(TABLE, "INSERT INTO t VALUES (1, " + one + ")");
    assertThat(first).isEqualTo(content(TABLE, "INSERT INTO t VALUES (1, " + one + ")"));
    assertThat(first).isNotEqualTo(content(TABLE, "INSERT INTO t VALUES (1, " + other + ")"));
  }

  @Test
  void values_do_not_run_into_each_other() throws Exception {
    String table = "CREATE TABLE t (a, b, c)";
    assertThat(content(table, "INSERT INTO t VALUES ('a', NULL, 'b')"))
        .isNotEqualTo(content(table, "INSERT INTO t VALUES ('a', 'b', NULL)"));
    assertThat(content(table, "INSERT INTO t VALUES ('ab', 'c', '')"))
        .isNotEqualTo(content(table, "INSERT INTO t VALUES ('a', 'bc', '')"));
    // 3 is how the kind of a text is written: only the lengths tell these two apart.
    assertThat(content(table, "INSERT INTO t VALUES ('a' || char(3) || 'b', 'c', '')"))
        .isNotEqualTo(content(table, "INSERT INTO t VALUES ('a', 'b' || char(3) || 'c', '')"));
  }

  @Test
  void pairs_of_rows_do_not_cancel_out() throws Exception {
    String table = "CREATE TABLE t (x)";
    assertThat(content(table, "INSERT INTO t VALUES (1), (1), (7)"))
        .isNotEqualTo(content(table, "INSERT INTO t VALUES (5), (5), (7)"));
  }

  @Test
  void the_order_of_rows_and_their_hidden_rowids_do_not_count() throws Exception {
    String table = "CREATE TABLE t (x)";
    assertThat(content(table, "INSERT INTO t VALUES (1), (2), (3)"))
        .isEqualTo(
            content(table, "INSERT INTO t VALUES (9), (3), (2), (1)", "DELETE FROM t WHERE x = 9"));
  }

  @Test
  void a_row_is_the_sum_of_its_typed_and_length_prefixed_values() throws Exception {
    Content content = content("CREATE TABLE t (a, b)", "INSERT INTO t VALUES (258, 'é')");
    byte[] row = {1, 0, 0, 0, 0, 0, 0, 1, 2, 3, 0, 0, 0, 0, 0, 0, 0, 2, (byte) 0xc3, (byte) 0xa9};
    String expected =
        java.util.HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(row));
    assertThat(content.tables())
        .containsExactly(new TableContent("t", 1, "sha256-sum:" + expected));
  }

  @Test
  void sums_carry_over_all_256_bits() throws Exception {
    java.math.BigInteger sum = java.math.BigInteger.ZERO;
    RowDigest digest = new RowDigest();
    RowDigest half = new RowDigest();
    for (int i = 0; i < 1000; i++) {
      RowDigest one = new RowDigest();
      one.integer(i);
      one.endOfRow();
      sum = sum.add(new java.math.BigInteger(one.text().substring(11), 16));
      (i % 2 == 0 ? digest : half).integer(i);
      (i % 2 == 0 ? digest : half).endOfRow();
    }
    digest.add(half);
    assertThat(digest.rows()).isEqualTo(1000);
    assertThat(digest.text())
        .isEqualTo("sha256-sum:%064x".formatted(sum.mod(java.math.BigInteger.TWO.pow(256))));
  }

  @Test
  void long_values_are_hashed_as_short_ones_are() throws Exception {
    Content content =
        content("CREATE TABLE t (x, y)", "INSERT INTO t VALUES (zeroblob(100000), zeroblob(8190))");
    MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
    sha256.update(new byte[] {4, 0, 0, 0, 0, 0, 1, (byte) 0x86, (byte) 0xa0});
    sha256.update(new byte[100_000]);
    sha256.update(new byte[] {4, 0, 0, 0, 0, 0, 0, 0x1f, (byte) 0xfe});
    sha256.update(new byte[8_190]);
    assertThat(content.tables().get(0).digest())
        .isEqualTo("sha256-sum:" + java.util.HexFormat.of().formatHex(sha256.digest()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE TABLE t (k TEXT PRIMARY KEY, x) WITHOUT ROWID; INSERT INTO t VALUES ('a', 1);"
            + " UPDATE t SET x = 2",
        "CREATE TABLE t (x INTEGER NOT NULL) STRICT; INSERT INTO t VALUES (1); UPDATE t SET x = 2",
        "CREATE TABLE t (x, y AS (x + 1) STORED, z AS (x + 2)); INSERT INTO t VALUES (1);"
            + " UPDATE t SET x = 2",
        "CREATE TABLE t (rowid, _rowid_, oid); INSERT INTO t VALUES (1, 2, 3);"
            + " UPDATE t SET oid = 4",
        "CREATE TABLE t (ROWID TEXT, x); INSERT INTO t VALUES ('q', 1); UPDATE t SET x = 2",
        "CREATE TABLE t (x); INSERT INTO t VALUES (1); UPDATE t SET rowid = 5, x = 2",
        "CREATE TABLE t (id INTEGER PRIMARY KEY); INSERT INTO t VALUES (-5); UPDATE t SET id = 9",
        "CREATE TABLE t (id INTEGER PRIMARY KEY);"
            + " INSERT INTO t VALUES (-9223372036854775808), (9223372036854775807);"
            + " DELETE FROM t WHERE id > 0",
        "CREATE VIRTUAL TABLE t USING fts5(x); INSERT INTO t VALUES ('one'); UPDATE t SET x = 'two'",
        "CREATE VIRTUAL TABLE t USING rtree(id, a, b); INSERT INTO t VALUES (1, 2, 3);"
            + " UPDATE t SET b = 4",
        "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT); INSERT INTO t VALUES (1);"
            + " UPDATE sqlite_sequence SET seq = 50",
        "CREATE TABLE \"a \"\" ' [b] %\" (\"c \"\" d\"); INSERT INTO \"a \"\" ' [b] %\" VALUES (1);"
            + " UPDATE \"a \"\" ' [b] %\" SET \"c \"\" d\" = 2"
      })
  void a_changed_row_is_seen_in_every_kind_of_table(String script) throws Exception {
    String[] statements = script.split("; ?");
    Content before = content(java.util.Arrays.copyOf(statements, statements.length - 1));
    assertThat(before.rows()).isPositive();
    Content after = content(statements);
    assertThat(after.schemaDigest()).isEqualTo(before.schemaDigest());
    assertThat(after).isNotEqualTo(before);
    assertThat(before.differences(after)).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE INDEX i ON t (x)",
        "CREATE VIEW v AS SELECT x FROM t",
        "CREATE TRIGGER r AFTER INSERT ON t BEGIN DELETE FROM t; END",
        "ALTER TABLE t ADD COLUMN y",
        "PRAGMA user_version = 4",
        "PRAGMA application_id = 5",
        "CREATE TABLE gatehousekeeping (x)"
      })
  void a_changed_definition_is_seen(String change) throws Exception {
    assertThat(content(TABLE, change).schemaDigest()).isNotEqualTo(content(TABLE).schemaDigest());
  }

  @Test
  void tables_of_gatehouse_itself_do_not_count() throws Exception {
    assertThat(content(TABLE, "CREATE TABLE gatehouse_marker (key TEXT PRIMARY KEY)"))
        .isEqualTo(content(TABLE));
  }

  @Test
  void many_rows_are_counted_once_each_however_they_are_cut() throws Exception {
    Path file = directory.resolve("many.db");
    Databases.with(
        file,
        "CREATE TABLE t (id INTEGER PRIMARY KEY, x)",
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 450000)"
            + " INSERT INTO t SELECT i, i * 3 FROM n",
        "INSERT INTO t VALUES (-4000000000, 1), (9000000000000000000, 2)");
    Content together = Copies.content(file, Optional.empty(), Progress.SILENT);
    try (Connection connection = Copies.open(file, Optional.empty())) {
      RowDigest whole = new RowDigest();
      Driver.digest(connection, "SELECT id, x FROM t", 2, whole);
      assertThat(together.tables()).containsExactly(new TableContent("t", 450_002, whole.text()));
      assertThat(ContentReader.read(List.of(connection), Progress.SILENT)).isEqualTo(together);
    }
  }
}

package dev.gatehouse.mysql.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.artifact.Content;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.mysql.Alternating;
import dev.gatehouse.mysql.Served;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Contents that differ are never told as equal, and the same rows always are. */
@ParameterizedClass(name = "{0}")
@Alternating
@MethodSource("servers")
class ContentDigestTest {
  @Parameter Served served = Served.all().get(0);
  @TempDir Path directory = Path.of("");
  private Backups backups = new Backups(served, directory);

  static List<Served> servers() {
    return Served.all();
  }

  @BeforeEach
  void a_world() throws Exception {
    backups.close();
    backups = new Backups(served, directory);
    backups.execute(
        "CREATE TABLE t (a VARCHAR(9), b VARCHAR(9), c INT) CHARACTER SET utf8mb4",
        "INSERT INTO t VALUES ('ab', 'c', 1), (NULL, 'x', 1), ('d', 'd', 7), ('d', 'd', 7)");
  }

  @AfterEach
  void drop() {
    backups.close();
  }

  private void differs(String... sql) throws Exception {
    Content before = backups.content();
    backups.execute(sql);
    assertThat(before.differences(backups.content())).as(String.join("; ", sql)).isNotEmpty();
  }

  @Test
  @Alternating.OnEach
  void each_change_of_a_value_is_seen() throws Exception {
    // CHECKSUM TABLE has the same answer before and after the first.
    differs("UPDATE t SET a = 'a', b = 'bc' WHERE a = 'ab'");
    differs("UPDATE t SET a = '' WHERE a IS NULL");
    differs("UPDATE t SET a = 'D' WHERE a = 'd' LIMIT 1");
    differs("UPDATE t SET a = 'd ' WHERE a = 'd' LIMIT 1");
    differs("DELETE FROM t WHERE c = 7 LIMIT 1");
    differs("UPDATE t SET b = 'e' WHERE c = 7");
  }

  @Test
  void rows_in_another_order_are_the_same() throws Exception {
    Content before = backups.content();
    backups.execute(
        "CREATE TABLE u LIKE t",
        "INSERT INTO u SELECT * FROM t ORDER BY c DESC, a",
        "DELETE FROM t",
        "INSERT INTO t SELECT * FROM u",
        "DROP TABLE u");
    assertThat(backups.content()).isEqualTo(before);
  }

  @Test
  @Alternating.OnEach
  void each_change_of_a_definition_is_seen() throws Exception {
    differs("ALTER TABLE t ADD COLUMN d INT");
    differs("ALTER TABLE t COMMENT = 'x'");
    differs("CREATE VIEW v AS SELECT a FROM t");
    differs("ALTER VIEW v AS SELECT b FROM t");
    differs("ALTER SQL SECURITY INVOKER VIEW v AS SELECT b FROM t");
    differs("CREATE TRIGGER r BEFORE INSERT ON t FOR EACH ROW SET NEW.c = 1");
    differs("CREATE FUNCTION f() RETURNS INT DETERMINISTIC RETURN 1");
    differs("ALTER FUNCTION f COMMENT 'x'");
    differs("CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO SELECT 1");
    differs("ALTER EVENT e ON SCHEDULE EVERY 2 DAY");
    differs("ALTER DATABASE COLLATE utf8mb4_bin");
  }

  @Test
  void an_empty_database_and_a_counter_are_content() throws Exception {
    backups.execute("DROP TABLE t");
    assertThat(backups.drill(backups.backUp())).isEmpty();
    backups.execute("CREATE TABLE n (i INT AUTO_INCREMENT PRIMARY KEY) AUTO_INCREMENT = 41");
    Content before = backups.content();
    assertThat(before.states()).containsEntry("next AUTO_INCREMENT of n", "41");
    assertThat(backups.drill(backups.backUp())).isEmpty();
    backups.execute("ALTER TABLE n AUTO_INCREMENT = 50");
    assertThat(before.differences(backups.content()))
        .extracting(Finding::headline)
        .containsExactly("next AUTO_INCREMENT of n is not as recorded");
    // A counter that lags behind its rows, as MariaDB leaves it, comes back equal.
    backups.execute("INSERT INTO n VALUES (60)", "UPDATE n SET i = 100");
    assertThat(backups.drill(backups.backUp())).isEmpty();
  }
}

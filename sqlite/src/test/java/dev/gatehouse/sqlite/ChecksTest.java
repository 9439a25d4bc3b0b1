package dev.gatehouse.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.Step;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.Status;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChecksTest {
  @TempDir Path directory = Path.of("");

  private Path file = Path.of("");

  @BeforeEach
  void make_a_shop() throws Exception {
    file = Databases.shop(directory.resolve("shop.db"));
  }

  record Session(Target target, Connection connection) implements CheckContext {
    @Override
    public Instant now() {
      return Instant.EPOCH;
    }

    @Override
    public Optional<Evidence> evidenceOf(Step step) {
      return Optional.empty();
    }
  }

  private Outcome evaluate(Check check) throws Exception {
    Target target = Sqlite.file("shop", file);
    try (Connection connection = Sqlite.dialect().openReading(target)) {
      Session session = new Session(target, connection);
      assertThat(check.plan(session)).isNotEmpty();
      return check.evaluate(session);
    }
  }

  @Test
  void a_sound_database_has_integrity() throws Exception {
    assertThat(evaluate(Sqlite.integrity()).status()).isEqualTo(Status.PASSED);
  }

  /** SQLite does not even parse them where it cannot write. */
  @Test
  void a_broken_check_constraint_is_not_called_looked_at() throws Exception {
    Databases.with(
        file,
        "CREATE TABLE paid (cents INTEGER CHECK (cents > 0))",
        "PRAGMA ignore_check_constraints = ON",
        "INSERT INTO paid VALUES (-1)");
    assertThat(evaluate(Sqlite.integrity()).proof().orElseThrow().facts())
        .containsEntry(
            "CHECK constraints", "not looked at: a session that cannot write skips them");
  }

  @Test
  void a_damaged_database_has_none() throws Exception {
    Databases.with(file, "CREATE INDEX by_name ON customer (name)", "VACUUM");
    byte[] bytes = Files.readAllBytes(file);
    // The last page holds the index: an entry more in the wrong place.
    bytes[bytes.length - 20] ^= 0x11;
    Files.write(file, bytes);
    Outcome outcome = evaluate(Sqlite.integrity());
    assertThat(outcome.status()).isEqualTo(Status.FAILED);
    assertThat(outcome.findings().get(0).text())
        .startsWith("SQLite finds the database damaged")
        .contains("by_name")
        .contains("restore the latest proved backup");
  }

  @Test
  void references_that_lead_to_rows_pass() throws Exception {
    assertThat(evaluate(Sqlite.foreignKeys()).status()).isEqualTo(Status.PASSED);
  }

  @Test
  void references_that_lead_nowhere_fail_by_table() throws Exception {
    Databases.with(file, "DELETE FROM customer WHERE id > 98");
    Outcome outcome = evaluate(Sqlite.foreignKeys());
    assertThat(outcome.status()).isEqualTo(Status.FAILED);
    assertThat(outcome.findings().get(0).text())
        .isEqualTo(
            """
            rows refer to rows that do not exist
              expected  every reference leads to a row
              found     2 rows of purchase refer to missing rows of customer
              fix       PRAGMA foreign_key_check; lists each; delete or correct them
              code      sqlite.orphans""");
  }

  @Test
  void a_database_without_references_is_inconclusive() throws Exception {
    Databases.with(file, "DROP TABLE purchase");
    assertThat(evaluate(Sqlite.foreignKeys()).status()).isEqualTo(Status.INCONCLUSIVE);
  }

  @Test
  void a_session_for_reading_has_read_only_access_and_still_reads_afterwards() throws Exception {
    Target target = Sqlite.file("shop", file);
    try (Connection connection = Sqlite.dialect().openReading(target)) {
      Session session = new Session(target, connection);
      assertThat(Sqlite.readOnlyAccess().evaluate(session).status()).isEqualTo(Status.PASSED);
      assertThat(Queries.number(connection, "PRAGMA query_only")).isEqualTo(1);
      assertThat(Queries.number(connection, "SELECT count(*) FROM customer")).isEqualTo(100);
    }
  }

  @Test
  void a_session_for_writing_does_not_have_it_and_keeps_its_transaction() throws Exception {
    Target target = Sqlite.file("shop", file);
    try (Connection connection = Sqlite.dialect().openWriting(target)) {
      Sqlite.dialect().concurrency().begin(connection);
      Queries.run(connection, "DELETE FROM purchase");
      Outcome outcome = Sqlite.readOnlyAccess().evaluate(new Session(target, connection));
      assertThat(outcome.status()).isEqualTo(Status.FAILED);
      assertThat(outcome.findings().get(0).found()).isEqualTo("a session that can write");
      connection.commit();
    }
    try (Connection connection = Databases.open(file)) {
      assertThat(Queries.number(connection, "SELECT count(*) FROM purchase")).isZero();
      assertThat(Queries.number(connection, "SELECT count(*) FROM sqlite_schema")).isEqualTo(2);
    }
  }

  @Test
  void a_file_that_everybody_may_write_fails() throws Exception {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--rw-"));
    assertThat(evaluate(Sqlite.readOnlyAccess()).findings().get(0).fix())
        .isEqualTo("chmod o-w '" + file.toRealPath() + "'");
  }

  @Test
  void another_name_is_another_step() {
    assertThat(Sqlite.integrity().named("before").name()).isEqualTo("before");
    assertThat(Sqlite.integrity().named("before").toString()).isEqualTo("before");
  }

  @Test
  void nothing_but_sqlite_is_asked() {
    assertThatThrownBy(() -> Sqlite.file("x", directory.resolve("none")))
        .isInstanceOf(dev.gatehouse.core.outcome.Refusal.class);
  }
}

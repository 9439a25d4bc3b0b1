package dev.gatehouse.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.outcome.Refusal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sqlite.SQLiteDataSource;

class ReadingSessionTest {
  @TempDir Path directory = Path.of("");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DELETE FROM customer",
        "DROP TABLE purchase",
        "CREATE TABLE more (x)",
        "PRAGMA user_version = 7",
        "PRAGMA query_only = OFF; DELETE FROM customer",
        "ATTACH '%s' AS again",
        "COMMIT; ATTACH '%s' AS again",
        "COMMIT; VACUUM INTO '%s.copy'"
      })
  void cannot_write_whatever_sql_it_is_given(String sql) throws Exception {
    Path file = Databases.shop(directory.resolve("shop.db"));
    byte[] before = Files.readAllBytes(file);
    try (Connection session = Sqlite.dialect().openReading(Sqlite.file("shop", file))) {
      assertThatThrownBy(
              () -> {
                for (String statement : sql.formatted(file).split("; ")) {
                  Queries.run(session, statement);
                }
              })
          .isInstanceOf(SQLException.class);
    }
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
    assertThat(directory.resolve("shop.db.copy")).doesNotExist();
  }

  @Test
  void reads_one_snapshot_until_it_is_closed() throws Exception {
    Path file = Databases.shop(directory.resolve("shop.db"));
    Databases.with(file, "PRAGMA journal_mode = WAL");
    try (Connection session = Sqlite.dialect().openReading(Sqlite.file("shop", file))) {
      assertThat(Queries.number(session, "SELECT count(*) FROM customer")).isEqualTo(100);
      Databases.with(file, "DELETE FROM customer WHERE id > 10");
      assertThat(Queries.number(session, "SELECT count(*) FROM customer")).isEqualTo(100);
    }
  }

  @Test
  void is_refused_when_a_data_source_hands_out_sessions_that_can_write() throws Exception {
    Path file = Databases.shop(directory.resolve("shop.db"));
    SQLiteDataSource pool = new SQLiteDataSource();
    pool.setUrl(DatabaseFile.url(file));

    assertThatThrownBy(
            () -> Sqlite.dialect().openReading(Target.of("shop", pool, Sqlite.dialect())))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("a session opened for reading could write")
        .hasMessageContaining("Sqlite.file(\"shop\"")
        .hasMessageContaining("sqlite.not-read-only");
    try (Connection connection = Databases.open(file)) {
      assertThat(Queries.number(connection, "SELECT count(*) FROM sqlite_schema")).isEqualTo(2);
    }
  }

  @Test
  void is_refused_when_it_could_attach_the_file_again() throws Exception {
    Path file = Databases.shop(directory.resolve("shop.db"));
    SQLiteDataSource pool = new SQLiteDataSource();
    pool.setUrl(DatabaseFile.url(file));
    pool.setReadOnly(true);

    assertThatThrownBy(
            () -> Sqlite.dialect().openReading(Target.of("shop", pool, Sqlite.dialect())))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("could attach the file again and write");
  }
}

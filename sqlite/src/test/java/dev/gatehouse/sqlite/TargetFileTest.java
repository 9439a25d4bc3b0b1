package dev.gatehouse.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.dialect.Fingerprint;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.outcome.Refusal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TargetFileTest {
  @TempDir Path directory = Path.of("");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "plain.db",
        "with space.db",
        "it''s.db",
        "it's \"quoted\".db",
        "what?mode=memory.db",
        "per%23cent.db",
        "ha#sh&a=b.db",
        "Überweisung-数据.db",
        "file:odd.db",
        "semi;colon.db"
      })
  void any_name_leads_to_exactly_that_file(String name) throws Exception {
    Path file = Databases.shop(directory.resolve(name));
    assertThat(file).exists();

    Target target = Sqlite.file("shop", file);
    try (Connection connection = Sqlite.dialect().openWriting(target)) {
      Fingerprint fingerprint = Sqlite.dialect().identify(connection);
      assertThat(fingerprint.product()).isEqualTo("SQLite");
      assertThat(fingerprint.server()).isEqualTo(file.toRealPath().toString());
      assertThat(fingerprint.database()).isEqualTo("main");
      assertThat(Queries.number(connection, "SELECT count(*) FROM customer")).isEqualTo(100);
    }
    try (var files = Files.list(directory)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void a_missing_file_is_refused_and_not_created() {
    Path file = directory.resolve("missing.db");
    assertThatThrownBy(() -> Sqlite.file("shop", file))
        .isInstanceOf(Refusal.class)
        .hasMessage(
            """
            '%1$s' is not a database file
              expected  an existing SQLite database, itself and not a link
              found     no such file
              fix       ls -l '%2$s'
              code      sqlite.not-a-database"""
                .formatted(file, directory));
    assertThat(file).doesNotExist();
  }

  @Test
  void a_symbolic_link_is_refused_and_its_end_is_named() throws Exception {
    Path file = Databases.shop(directory.resolve("shop.db"));
    Path link = Files.createSymbolicLink(directory.resolve("link.db"), file);
    assertThatThrownBy(() -> Sqlite.file("shop", link))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("found     a symbolic link")
        .hasMessageContaining("name the file it leads to: " + file.toRealPath());
  }

  @Test
  void a_directory_is_refused() {
    assertThatThrownBy(() -> Sqlite.file("shop", directory))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("found     a directory");
  }

  @Test
  void an_empty_file_is_refused() throws Exception {
    Path file = Files.createFile(directory.resolve("empty.db"));
    assertThatThrownBy(() -> Sqlite.file("shop", file))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("0 bytes: what a failed backup or copy leaves behind");
  }

  @Test
  void a_file_of_another_kind_is_refused() throws Exception {
    Path file = Files.writeString(directory.resolve("notes.db"), "not a database ".repeat(100));
    assertThatThrownBy(() -> Sqlite.file("shop", file))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("is not a database file")
        .hasMessageContaining("SQLITE_NOTADB");
  }

  @Test
  void a_database_in_memory_is_refused() {
    Target target = Target.at("shop", "jdbc:sqlite::memory:", Sqlite.dialect());
    assertThatThrownBy(
            () -> {
              try (Connection connection = target.connect(java.util.Map.of())) {
                Sqlite.dialect().identify(connection);
              }
            })
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("the database is in memory or temporary");
  }
}

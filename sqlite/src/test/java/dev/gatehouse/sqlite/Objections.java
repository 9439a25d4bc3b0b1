package dev.gatehouse.sqlite;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.dialect.Dialect;
import dev.gatehouse.core.testkit.DialectContract;
import dev.gatehouse.core.testkit.DialectSubject;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** Holds a dialect that misbehaves in one way to one test of the contract. */
abstract class Objections {
  @TempDir Path directory = Path.of("");

  /** A test of the contract. */
  interface Clause {
    void on(DialectContract contract) throws Exception;
  }

  /** The contract objects, with these words. */
  void red(Dialect bent, Clause clause, String words) {
    assertThatThrownBy(() -> green(bent, clause)).hasMessageContaining(words);
  }

  /** The contract does not object. */
  void green(Dialect dialect, Clause clause) throws Exception {
    Path place = Files.createTempDirectory(directory, "bent");
    DialectContract contract =
        new DialectContract() {
          @Override
          protected DialectSubject open() throws Exception {
            return new SqliteSubject(dialect, place, "WAL");
          }
        };
    try {
      clause.on(contract);
    } finally {
      contract.close();
    }
  }
}

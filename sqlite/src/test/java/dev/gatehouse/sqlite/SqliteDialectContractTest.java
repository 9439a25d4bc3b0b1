package dev.gatehouse.sqlite;

import dev.gatehouse.core.testkit.DialectContract;
import dev.gatehouse.core.testkit.DialectSubject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass(name = "SQLite, journal mode {0}")
@ValueSource(strings = {"DELETE", "WAL"})
class SqliteDialectContractTest extends DialectContract {
  @TempDir Path directory = Path.of("");

  @Parameter String journalMode = "";

  @Override
  protected DialectSubject open() throws Exception {
    return new SqliteSubject(
        new SqliteDialect(Duration.ofMillis(600), Optional.empty()), directory, journalMode);
  }
}

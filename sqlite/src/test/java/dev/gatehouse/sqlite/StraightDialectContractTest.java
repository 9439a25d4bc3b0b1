package dev.gatehouse.sqlite;

import dev.gatehouse.core.testkit.DialectContract;
import dev.gatehouse.core.testkit.DialectSubject;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/** It is not to the wrapping of a {@link Bent} dialect that the contract objects. */
@Tag("nightly")
class StraightDialectContractTest extends DialectContract {
  @TempDir Path directory = Path.of("");

  @Override
  protected DialectSubject open() throws Exception {
    return new SqliteSubject(
        Bent.concurrency("no such method", (straight, arguments) -> straight.call()),
        directory,
        "WAL");
  }
}

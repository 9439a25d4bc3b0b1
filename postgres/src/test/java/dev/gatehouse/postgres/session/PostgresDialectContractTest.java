package dev.gatehouse.postgres.session;

import dev.gatehouse.core.testkit.DialectContract;
import dev.gatehouse.core.testkit.DialectSubject;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

@ParameterizedClass(name = "{0}")
@MethodSource("engines")
class PostgresDialectContractTest extends DialectContract {
  @TempDir Path directory = Path.of("");

  @Parameter EngineUnderTest engine = EngineUnderTest.postgres().get(0);

  /** The newest of this build; the others are asked with {@code -Pengines}. */
  static List<EngineUnderTest> engines() {
    List<EngineUnderTest> all = EngineUnderTest.postgres();
    return all.subList(all.size() - 1, all.size());
  }

  @Override
  protected DialectSubject open() throws Exception {
    return new PostgresSubject(engine, directory);
  }
}

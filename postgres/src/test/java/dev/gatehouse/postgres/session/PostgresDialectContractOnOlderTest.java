package dev.gatehouse.postgres.session;

import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** A minute and a half for each version: the default build asks the newest one only. */
@Tag("engines")
@ParameterizedClass(name = "{0}", allowZeroInvocations = true)
@MethodSource("engines")
class PostgresDialectContractOnOlderTest extends PostgresDialectContractTest {

  static List<EngineUnderTest> engines() {
    List<EngineUnderTest> all = EngineUnderTest.postgres();
    return all.subList(0, all.size() - 1);
  }
}

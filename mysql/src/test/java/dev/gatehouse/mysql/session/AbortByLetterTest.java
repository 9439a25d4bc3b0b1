package dev.gatehouse.mysql.session;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.testkit.AbortContract;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.mysql.Served;
import dev.gatehouse.mysql.Targets;
import java.util.List;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

@ParameterizedClass(name = "{0}")
@MethodSource("servers")
class AbortByLetterTest extends AbortContract {
  @Parameter Served served = Served.all().get(0);

  static List<Served> servers() {
    return Served.share(AbortByLetterTest.class);
  }

  @Override
  protected EngineUnderTest engine() {
    return served.engine();
  }

  @Override
  protected Target target(TestDatabase database) {
    return Targets.of(database);
  }

  /** SLEEP would not do: told to stop, it returns as if nothing had been. */
  @Override
  protected String insertsSlowly() {
    return "INSERT INTO work " + readsSlowly();
  }

  @Override
  protected String readsSlowly() {
    return MySqlSubject.LONG_RUNNING;
  }

  @Override
  protected String running() {
    return "SELECT COUNT(*) FROM information_schema.processlist WHERE db = DATABASE()"
        + " AND info LIKE '%RECURSIVE n%' AND id <> CONNECTION_ID()";
  }
}

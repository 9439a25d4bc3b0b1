package dev.gatehouse.postgres.session;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.testkit.AbortContract;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.postgres.Targets;

class AbortByLetterTest extends AbortContract {
  private final EngineUnderTest engine = EngineUnderTest.onePostgres(AbortByLetterTest.class);

  @Override
  protected EngineUnderTest engine() {
    return engine;
  }

  @Override
  protected Target target(TestDatabase database) {
    return Targets.of(database);
  }

  @Override
  protected String insertsSlowly() {
    return "INSERT INTO public.work SELECT 1 FROM pg_sleep(120)";
  }

  @Override
  protected String readsSlowly() {
    return "SELECT pg_sleep(120)";
  }

  @Override
  protected String running() {
    return "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        + " AND state = 'active' AND query LIKE '%pg_sleep(120)' AND pid <> pg_backend_pid()";
  }
}

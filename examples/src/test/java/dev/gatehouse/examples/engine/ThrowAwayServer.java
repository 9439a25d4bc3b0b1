package dev.gatehouse.examples.engine;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.Product;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.examples.postgres.ExampleDatabase;
import dev.gatehouse.postgres.Postgres;
import dev.gatehouse.postgres.backup.PgTools;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/** A PostgreSQL server of the test kit, which ends with this process. */
public final class ThrowAwayServer implements ExampleDatabase.Engine {
  private static final String VERSION = "17";

  @Override
  public ExampleDatabase open() {
    EngineUnderTest engine = EngineUnderTest.of(Product.POSTGRES, VERSION);
    Path tools = Objects.requireNonNull(engine.tool("pg_restore").path().getParent());
    TestDatabase database = engine.database();
    Target target =
        Target.at(
            "production",
            database.jdbcUrl(),
            database.account(),
            database.secret(),
            Postgres.dialectWith(PgTools.at(tools)));
    return new ExampleDatabase(target, Optional.of(tools), database::close);
  }
}

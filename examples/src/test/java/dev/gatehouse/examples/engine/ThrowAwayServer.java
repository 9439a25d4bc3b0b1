package dev.gatehouse.examples.engine;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.OwnServer;
import dev.gatehouse.core.testkit.engine.Product;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.examples.postgres.ExampleDatabase;
import dev.gatehouse.postgres.Postgres;
import dev.gatehouse.postgres.backup.PgTools;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A PostgreSQL server of the test kit, which ends with this process and archives its WAL: point-in-
 * time recovery is one of the things that runbooks want proved.
 */
public final class ThrowAwayServer implements ExampleDatabase.Engine {
  private static final String VERSION = "17";

  private static @Nullable OwnServer server;

  /** A database nobody has used, on the server of this process that archives its WAL. */
  public static synchronized TestDatabase newDatabase(EngineUnderTest engine) {
    if (server == null) {
      server =
          engine.another(
              ThrowAwayServer::archiveBeside,
              "archive_mode=on",
              // relative to the data directory, where the server works
              "archive_command=test ! -f ../archive/%f && cp %p ../archive/%f");
    }
    return server.database();
  }

  private static void archiveBeside(Path data) {
    try {
      Files.createDirectory(data.resolveSibling("archive"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public ExampleDatabase open() {
    EngineUnderTest engine = EngineUnderTest.of(Product.POSTGRES, VERSION);
    Path tools = Objects.requireNonNull(engine.tool("pg_restore").path().getParent());
    TestDatabase database = newDatabase(engine);
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

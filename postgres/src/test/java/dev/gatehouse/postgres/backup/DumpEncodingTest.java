package dev.gatehouse.postgres.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.artifact.Content;
import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.testkit.Sampled;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.postgres.Postgres;
import dev.gatehouse.postgres.session.Queries;
import dev.gatehouse.postgres.session.Sessions;
import java.nio.file.Path;
import java.sql.Connection;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;

/** A database may be of another encoding than the driver, which speaks UTF-8 alone. */
class DumpEncodingTest {
  @TempDir Path work = Path.of("");

  private final EngineUnderTest engine = EngineUnderTest.onePostgres(DumpEncodingTest.class);

  @ParameterizedTest
  @Sampled(
      few = 1,
      of = {"LATIN1", "SQL_ASCII", "EUC_JP"})
  void a_database_of_another_encoding_is_drilled_and_restored(String encoding) throws Exception {
    try (TestDatabase database = engine.database()) {
      Dumps admin = new Dumps(engine, database, work);
      String name = database.name() + "_" + encoding.toLowerCase(java.util.Locale.ROOT);
      admin.execute(
          "CREATE DATABASE " + name + " TEMPLATE template0 LOCALE 'C' ENCODING '" + encoding + "'");
      try {
        Target target =
            Target.at(
                "shop",
                database.jdbcUrl().replace(database.name(), name),
                database.account(),
                database.secret(),
                Postgres.dialectWith(Dumps.tools(engine)));
        restoresEqual(new Dumps(admin, target), encoding.equals("EUC_JP") ? "\u6771" : "\u00e4");
      } finally {
        admin.execute("DROP DATABASE " + name + " WITH (FORCE)");
      }
    }
  }

  private static void restoresEqual(Dumps dumps, String letter) throws Exception {
    try (Connection session = Sessions.writing(dumps.target)) {
      Queries.run(session, "CREATE TABLE \"" + letter + "\" AS SELECT '" + letter + "' AS word");
    }
    Content before = dumps.content();
    Artifact artifact = dumps.backUp(1);
    assertThat(dumps.drillDifferences(artifact)).isEmpty();
    try (Connection session = Sessions.writing(dumps.target)) {
      Queries.run(session, "DELETE FROM \"" + letter + "\"");
    }
    dumps.restore(artifact, dumps.unpacked(artifact), Progress.SILENT);
    assertThat(before.differences(dumps.content())).isEmpty();
  }
}

package dev.gatehouse.postgres.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.artifact.Content;
import dev.gatehouse.core.dialect.Baseline;
import dev.gatehouse.core.dialect.Drift;
import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.testkit.Sampled;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.postgres.catalogue.PostgresCatalogue;
import dev.gatehouse.postgres.session.Queries;
import dev.gatehouse.postgres.session.Sessions;
import dev.gatehouse.postgres.session.SqlNames;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a server takes as a name comes back from a backup, and is told apart by a baseline. */
class HostileNamesTest {
  private static final List<String> NAMES =
      List.of(
          "a\nb",
          "a\r\nb",
          "a\tb",
          "a'b",
          "a\"b",
          "a\\b",
          "a,b",
          "a;b",
          "a, b",
          "a = b",
          "a.b",
          "-dash",
          "--",
          "/*",
          "$$",
          "$1",
          "?",
          "{x}",
          ":x",
          "%I",
          " a ",
          "\\restrict",
          "COMMIT;",
          "select",
          "\u00e9".repeat(31) + "x");

  @TempDir Path work = Path.of("");

  private final EngineUnderTest engine = EngineUnderTest.onePostgres(HostileNamesTest.class);
  private final TestDatabase database = engine.database();

  @BeforeEach
  void fill() throws Exception {
    for (String name : NAMES) {
      String q = SqlNames.quoted(name);
      dumps()
          .execute(
              "DROP ROLE IF EXISTS " + q,
              "CREATE ROLE " + q,
              "CREATE SCHEMA " + q + " AUTHORIZATION " + q,
              "CREATE TYPE %1$s.%1$s AS ENUM ('x')".formatted(q),
              "CREATE SEQUENCE %1$s.%2$s".formatted(q, seq(name)),
              "SELECT nextval('%s')".formatted((q + "." + seq(name)).replace("'", "''")),
              "CREATE TABLE %1$s.%2$s (%1$s int, e %1$s.%1$s)".formatted(q, tab(name)),
              "INSERT INTO %1$s.%2$s (%1$s) VALUES (1), (2)".formatted(q, tab(name)),
              "ALTER TABLE %1$s.%2$s OWNER TO %1$s".formatted(q, tab(name)),
              "CREATE INDEX ON %1$s.%2$s (%1$s)".formatted(q, tab(name)),
              "CREATE POLICY %1$s ON %1$s.%2$s TO %1$s USING (%1$s > 1)".formatted(q, tab(name)),
              "CREATE VIEW %1$s.%2$s AS SELECT %1$s FROM %1$s.%3$s"
                  .formatted(q, shortened(name, "v"), tab(name)),
              "CREATE FUNCTION %1$s.%1$s(%1$s int) RETURNS int LANGUAGE sql AS 'SELECT 1'"
                  .formatted(q),
              "CREATE PUBLICATION %1$s FOR TABLE %1$s.%2$s".formatted(q, tab(name)),
              "COMMENT ON TABLE %1$s.%2$s IS '%3$s'"
                  .formatted(q, tab(name), name.replace("'", "''")),
              "GRANT SELECT (%1$s) ON %1$s.%2$s TO PUBLIC".formatted(q, tab(name)),
              "ALTER DEFAULT PRIVILEGES FOR ROLE %1$s IN SCHEMA %1$s GRANT SELECT ON TABLES TO %1$s"
                  .formatted(q));
    }
  }

  /** A table is a type too, and a sequence a relation: they need names of their own. */
  private static String tab(String name) {
    return shortened(name, "t");
  }

  private static String seq(String name) {
    return shortened(name, "s");
  }

  private static String shortened(String name, String more) {
    return SqlNames.quoted((name.length() > 31 ? name.substring(1) : name) + more);
  }

  private Dumps dumps() {
    return new Dumps(engine, database, work);
  }

  @AfterEach
  void drop() throws Exception {
    database.close();
    try (TestDatabase other = engine.database();
        Connection session = other.connect()) {
      for (String name : NAMES) {
        Queries.run(session, "DROP ROLE IF EXISTS " + SqlNames.quoted(name));
      }
    }
  }

  /** In parallel the archive is a directory. */
  static IntStream jobs() {
    return Sampled.Few.of(1, 2).map(i -> 1 + i);
  }

  private Baseline baseline() throws Exception {
    try (Connection session = Sessions.own(dumps().target)) {
      return PostgresCatalogue.INSTANCE.read(session);
    }
  }

  @ParameterizedTest
  @MethodSource("jobs")
  void survive_backup_verification_drill_and_restore_in_place(int jobs) throws Exception {
    Content before = dumps().content();
    Baseline then = baseline();
    assertThat(Baseline.parse(then.bytes())).isEqualTo(then);
    Artifact artifact = dumps().backUp(jobs);
    dumps().vault.verify(artifact);
    assertThat(RestoreRequirements.of(artifact).roles()).containsAll(NAMES);
    assertThat(dumps().drillDifferences(artifact)).isEmpty();
    for (String name : NAMES) {
      String q = SqlNames.quoted(name);
      dumps()
          .execute(
              "DROP FUNCTION %1$s.%1$s".formatted(q),
              "DROP POLICY %1$s ON %1$s.%2$s".formatted(q, tab(name)),
              "GRANT USAGE ON SCHEMA %1$s TO PUBLIC".formatted(q),
              "INSERT INTO %1$s.%2$s (%1$s) VALUES (3)".formatted(q, tab(name)));
    }
    assertThat(then.drift(baseline())).hasSize(3 * NAMES.size());
    for (Drift drift : then.drift(baseline())) {
      dumps().execute(PostgresCatalogue.INSTANCE.suggestion(drift).toArray(String[]::new));
    }
    assertThat(then.drift(baseline())).as("mended as suggested").isEmpty();
    dumps().restore(artifact, dumps().unpacked(artifact), Progress.SILENT);
    assertThat(before.differences(dumps().content())).isEmpty();
    assertThat(PostgresCatalogue.dumped(then).drift(PostgresCatalogue.dumped(baseline())))
        .isEmpty();
  }
}

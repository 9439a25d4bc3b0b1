package dev.gatehouse.postgres.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.dialect.Baseline;
import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.dialect.Scratch;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.postgres.catalogue.PostgresCatalogue;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a restore in place drops and makes again, for every kind of object there is. */
class RestoreKindsTest {
  @TempDir Path work = Path.of("");

  /** What the catalogue can name, without what no dump holds. */
  private static final Set<String> KINDS =
      Set.of(
          "access method",
          "aggregate",
          "base type",
          "cast",
          "collation",
          "column",
          "composite type",
          "constraint",
          "conversion",
          "default privileges",
          "domain",
          "domain constraint",
          "enum",
          "event trigger",
          "extension",
          "foreign data wrapper",
          "foreign server",
          "foreign table",
          "function",
          "index",
          "language",
          "materialized view",
          "operator",
          "operator class",
          "operator family",
          "policy",
          "procedure",
          "publication",
          "range",
          "rule",
          "schema",
          "sequence",
          "statistics",
          "system object",
          "table",
          "text search configuration",
          "text search dictionary",
          "text search parser",
          "text search template",
          "transform",
          "trigger",
          "user mapping",
          "view");

  static List<EngineUnderTest> engines() {
    return EngineUnderTest.postgres(RestoreKindsTest.class);
  }

  static String[] script() throws Exception {
    try (InputStream in = RestoreKindsTest.class.getResourceAsStream("kinds.sql")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8)
          .split(";\n");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void every_kind_is_dropped_and_made_again(EngineUnderTest engine) throws Exception {
    try (TestDatabase database = engine.database()) {
      Dumps dumps = new Dumps(engine, database, work);
      dumps.target.dialect().concurrency().lease(dumps.target, "before").close();
      Baseline nothing = dumps.catalogue();
      Artifact empty = dumps.backUp(1);
      dumps.execute(script());
      Baseline before = dumps.catalogue();
      Set<String> kinds = new TreeSet<>();
      before.objects().forEach(object -> kinds.add(object.kind()));
      assertThat(kinds).containsAll(KINDS);
      Artifact full = dumps.backUp(1);
      assertThat(full.manifest().content().differences(dumps.drill(full))).isEmpty();
      inParallel(dumps, full, engine.tool("pg_dump").sameSeries());
      restored(dumps, full, before);
      restored(dumps, empty, nothing);
      restored(dumps, full, before);
    }
  }

  /** A pg_restore of another version is refused, as what it makes is not what was dumped. */
  private static void inParallel(Dumps dumps, Artifact full, boolean sameSeries) throws Exception {
    if (sameSeries) {
      assertThat(
              full.manifest()
                  .content()
                  .differences(dumps.drill(full, Scratch.Procedure.IN_PARALLEL)))
          .isEmpty();
    } else {
      assertThatThrownBy(() -> dumps.drill(full, Scratch.Procedure.IN_PARALLEL))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("drill.parallel");
    }
  }

  private void restored(Dumps dumps, Artifact artifact, Baseline before) throws Exception {
    dumps.restore(artifact, dumps.unpacked(artifact), Progress.SILENT);
    assertThat(before.drift(dumps.catalogue())).allMatch(PostgresCatalogue.INSTANCE::leftByDump);
  }
}

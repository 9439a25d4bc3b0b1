package dev.gatehouse.postgres.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.dialect.Baseline;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is no change is none. */
class CatalogueCopyTest {

  static List<EngineUnderTest> engines() {
    return EngineUnderTest.postgres();
  }

  @Tag("engines")
  @ParameterizedTest
  @MethodSource("engines")
  void a_restored_dump_has_the_same_digest(EngineUnderTest engine, @TempDir Path work)
      throws Exception {
    try (CatalogueSample sample = CatalogueSample.of(engine, work)) {
      Baseline before = sample.state();
      try (TestDatabase copy = sample.copy();
          Connection connection = copy.connect()) {
        Baseline after = CatalogueSample.read(connection);
        assertThat(CatalogueSample.words(before.drift(after))).isEmpty();
        assertThat(after.digest()).isEqualTo(before.digest());
        assertThat(before.objects()).hasSizeGreaterThan(120);
        assertThat(Baseline.parse(before.bytes())).isEqualTo(before);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void what_a_dump_leaves_out_is_told_and_can_be_left_out(
      EngineUnderTest engine, @TempDir Path work) throws Exception {
    try (CatalogueSample sample = CatalogueSample.of(engine, work);
        Connection connection = sample.database.connect()) {
      Baseline before = CatalogueSample.read(connection);
      CatalogueSample.run(
          connection,
          "alter database " + sample.database.name() + " set work_mem = '5MB'",
          "create index more on eng.orders (total)",
          "update pg_index set indisvalid = false where indexrelid = 'eng.more'::regclass",
          "alter table eng.lines disable trigger all");
      Baseline after = CatalogueSample.read(connection);
      assertThat(CatalogueSample.words(before.drift(after)))
          .containsExactly(
              "changed database this database: settings",
              "surplus disabled foreign key eng.lines.lines_order_id_fkey",
              "surplus invalid index eng.more");
      assertThat(PostgresCatalogue.dumped(after).digest())
          .isEqualTo(PostgresCatalogue.dumped(before).digest());
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void maintenance_rows_and_our_own_schema_are_no_drift(EngineUnderTest engine, @TempDir Path work)
      throws Exception {
    try (CatalogueSample sample = CatalogueSample.of(engine, work);
        Connection connection = sample.database.connect()) {
      Baseline before = CatalogueSample.read(connection);
      CatalogueSample.run(
          connection,
          "insert into eng.base select i, 'x' from generate_series(1, 1000) i",
          "analyze",
          "vacuum full eng.base",
          "reindex table eng.orders",
          "select nextval('eng.free')",
          "create schema gatehouse",
          "create table gatehouse.marker (a integer)",
          "create temporary table pg_class (a integer)");
      assertThat(CatalogueSample.words(before.drift(CatalogueSample.read(connection)))).isEmpty();
    }
  }
}

package dev.gatehouse.examples.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.examples.Workspace;
import dev.gatehouse.examples.postgres.ExampleDatabase;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** That it measures and prints everything; not what it measures. */
class PostgresBenchTest {

  @Test
  @Tag("nightly")
  void each_thing_is_measured_and_nothing_is_left_behind() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int code =
        Bench.run(
            List.of("postgres", "3", "1"), new PrintStream(bytes, true, StandardCharsets.UTF_8));
    String printed = bytes.toString(StandardCharsets.UTF_8);
    assertThat(code).as(printed).isZero();
    for (String what :
        List.of(
            "P6 the same, against the procedure of the seeds; JVM in ",
            "P8 the drill's restore, against pg_restore -j1; JVM not in ",
            "P8 the drill's restore, against pg_restore -j1; JVM not in; CPU ",
            "P8 by restoringInParallel(), which rehearses no restore in place ",
            "P9 content digest of every row (L4); JVM not in ",
            "small backup and drill, warm JVM, against pg_dump and pg_restore ",
            "P9 the same; JVM in",
            "P12 verification L0 + L1 against taking the backup; JVM in",
            "a drill after unpacking, content compared; JVM in",
            "peak heap while backing up",
            "peak heap while verifying",
            "peak heap while drilling")) {
      assertThat(printed.lines().filter(line -> line.startsWith(what))).as(printed).hasSize(1);
    }
    assertThat(printed.lines().filter(line -> line.contains("P5"))).as(printed).isNotEmpty();
    assertThat(printed).contains("peers: pg_dump (PostgreSQL) 17.");
    assertThat(Workspace.examples().resolve("target/bench-postgres")).doesNotExist();
  }

  @Test
  void what_a_session_computed_is_known_while_it_ends() throws Exception {
    try (ExampleDatabase database = ExampleDatabase.of(List.of())) {
      CpuSeconds cpu = CpuSeconds.of(database.target()).orElseThrow();
      double before = cpu.spent();
      for (int i = 0; i < 40; i++) {
        try (Connection session = database.target().dialect().openWriting(database.target());
            Statement statement = session.createStatement()) {
          statement.execute("select count(*) from generate_series(1, 400000)");
        }
        for (int look = 0; look < 25; look++) {
          double now = cpu.spent();
          assertThat(now).isGreaterThanOrEqualTo(before);
          before = now;
        }
      }
    }
  }

  @Test
  void a_size_that_is_none_is_misuse() {
    assertThatThrownBy(() -> Bench.run(List.of("postgres", "much")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'much' is no size or count");
  }
}

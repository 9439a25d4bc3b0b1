package dev.gatehouse.examples.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.examples.Workspace;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** That it measures and prints everything; not what it measures. */
class BenchTest {

  @Test
  void each_thing_is_measured_and_nothing_is_left_behind() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int code = Bench.run(List.of("5", "1"), new PrintStream(bytes, true, StandardCharsets.UTF_8));
    String printed = bytes.toString(StandardCharsets.UTF_8);
    assertThat(code).as(printed).isZero();
    for (String what :
        List.of(
            "VACUUM INTO, hashed, synced, published (no content)",
            "VACUUM INTO as a runbook: planned, journaled, content read",
            "backup API, hashed, synced, published (no content)",
            "backup API as a runbook: planned, journaled, content read",
            "verification L0 + L1 against taking the backup",
            "peak heap while backing up",
            "peak heap while verifying",
            "content digest of every row",
            "for scale: PRAGMA integrity_check",
            "journaling an empty step, against three writes with fsync",
            "forces for that step",
            "planning 1,000 steps, warm",
            "planning 1,000 steps, cold JVM")) {
      assertThat(printed.lines().filter(line -> line.startsWith(what))).as(printed).hasSize(1);
    }
    assertThat(printed)
        .contains(
            Tools.missing(Bench.PEERS).isEmpty() ? "peers: 3." : "NOT MEASURED against its peers");
    assertThat(Workspace.examples().resolve("target/bench")).doesNotExist();
  }

  @Test
  void a_size_that_is_none_is_misuse() {
    assertThatThrownBy(() -> Bench.run(List.of("much")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'much' is no size or count");
  }
}

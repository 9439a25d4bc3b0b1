package dev.gatehouse.examples.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.examples.Workspace;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Every pair is measured, on little. */
class MySqlBenchTest {
  @Test
  @Tag("engines")
  void every_pair_is_measured_and_nothing_is_left() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int code =
        Bench.run(List.of("mysql", "3", "1"), new PrintStream(bytes, true, StandardCharsets.UTF_8));
    String printed = bytes.toString(StandardCharsets.UTF_8);
    assertThat(code).as(printed).isZero();
    for (String what :
        List.of(
            "P1 backup as a runbook",
            "P2 the same against dump, gzip, md5sum",
            "P3 the drill's load",
            "P10 content digest of every row (L4)",
            "P12 verification L0 + L1",
            "a drill after unpacking",
            "peak heap while backing up",
            "peak heap while verifying",
            "peak heap while drilling")) {
      assertThat(printed.lines().filter(line -> line.startsWith(what))).as(printed).hasSize(1);
    }
    assertThat(printed).contains("LEFT OUT: P4", "peers: ");
    assertThat(Workspace.examples().resolve("target/bench-mysql")).doesNotExist();
  }
}

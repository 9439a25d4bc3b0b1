package dev.gatehouse.core.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.dialect.Progress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ChildProcessTest {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final ChildProcess.Silence PATIENT = new ChildProcess.Silence(LONG, () -> 0);

  private static ProcessBuilder shell(String script) {
    return ChildProcess.command(
        List.of("/bin/sh", "-c", script), Set.of("PATH"), Map.of("ADDED", "it is"));
  }

  private static ChildProcess.Ended run(String script, Duration most) throws Exception {
    return ChildProcess.start(shell(script).redirectErrorStream(true), new byte[0])
        .run(most, Progress.SILENT);
  }

  private static long alive(String argument) {
    return ProcessHandle.current()
        .descendants()
        .filter(ProcessHandle::isAlive)
        .filter(process -> process.info().commandLine().orElse("").contains(argument))
        .count();
  }

  @Test
  void how_it_ended_and_what_it_said_is_told() throws Exception {
    assertThat(run("echo out; echo err >&2; exit 7", LONG))
        .isEqualTo(new ChildProcess.Ended(7, false, "out\nerr"));
  }

  @Test
  void it_sees_the_variables_that_were_named_and_no_others() throws Exception {
    assertThat(run("echo $ADDED; echo ${HOME-none}", LONG).words()).isEqualTo("it is\nnone");
  }

  @Test
  void what_it_is_handed_is_wiped_whether_it_reads_it_or_not() throws Exception {
    for (String script : List.of("cat", "exec <&-; sleep 0.1")) {
      byte[] secret = "top secret".getBytes(StandardCharsets.UTF_8);
      ChildProcess.Ended ended =
          ChildProcess.start(shell(script), secret).run(LONG, Progress.SILENT);
      assertThat(ended.exit()).isZero();
      assertThat(ended.words()).isEqualTo(script.equals("cat") ? "top secret" : "");
      assertThat(secret).containsOnly(0);
    }
    byte[] secret = {1};
    assertThatThrownBy(() -> ChildProcess.start(new ProcessBuilder("/no/such/program"), secret))
        .isInstanceOf(java.io.IOException.class);
    assertThat(secret).containsOnly(0);
  }

  @Test
  void at_its_limit_it_is_killed_with_all_it_started() throws Exception {
    ChildProcess.Ended ended = run("echo begun; sleep 4721 & sleep 4721", Duration.ofMillis(300));
    assertThat(ended.killed()).isTrue();
    assertThat(ended.words()).isEqualTo("begun");
    assertThat(alive("4721")).isZero();
  }

  @Test
  void a_grandchild_that_keeps_the_output_open_keeps_nobody_and_leaves_no_thread()
      throws Exception {
    Set<Thread> ofOthers = Thread.getAllStackTraces().keySet();
    long begun = System.nanoTime();
    assertThat(run("sleep 20 & echo done", LONG).words()).isEqualTo("done");
    for (Thread reader : Thread.getAllStackTraces().keySet()) {
      if (reader.getName().startsWith("gatehouse-tool") && !ofOthers.contains(reader)) {
        reader.join(10_000); // it was told to end; the grandchild lives longer
        assertThat(reader.isAlive()).as(reader.getName()).isFalse();
      }
    }
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(15));
  }

  @Test
  void its_output_goes_to_the_reader_and_its_errors_are_kept() throws Exception {
    List<String> read = new ArrayList<>();
    ChildProcess.Ended ended =
        ChildProcess.start(shell("echo out; echo err >&2; exit 3"))
            .read(
                out -> read.add(new String(out.readAllBytes(), StandardCharsets.UTF_8)),
                () -> {},
                PATIENT,
                Progress.SILENT);
    assertThat(read).containsExactly("out\n");
    assertThat(ended).isEqualTo(new ChildProcess.Ended(3, false, "err"));
  }

  @Test
  void a_flood_of_errors_takes_bounded_memory_and_keeps_nobody() throws Exception {
    ChildProcess.Ended ended =
        ChildProcess.start(
                shell("i=0; while [ $i -lt 30000 ]; do echo line $i >&2; i=$((i+1)); done"))
            .read(out -> out.readAllBytes(), () -> {}, PATIENT, Progress.SILENT);
    assertThat(ended.words()).startsWith("(").endsWith("line 29999").hasSizeLessThan(66_000);
  }

  @Test
  void what_stands_still_is_killed_and_what_moves_is_not() throws Exception {
    Duration most = Duration.ofMillis(600);
    ChildProcess.Ended still =
        ChildProcess.start(shell("sleep 4722 & sleep 4722"))
            .read(
                out -> out.readAllBytes(),
                () -> {},
                new ChildProcess.Silence(most, () -> 0),
                Progress.SILENT);
    assertThat(still.killed()).isTrue();
    assertThat(alive("4722")).isZero();
    AtomicLong size = new AtomicLong();
    ChildProcess.Ended moving =
        ChildProcess.start(shell("sleep 2"))
            .read(
                out -> out.readAllBytes(),
                () -> {},
                new ChildProcess.Silence(most, size::incrementAndGet),
                Progress.SILENT);
    assertThat(moving).isEqualTo(new ChildProcess.Ended(0, false, ""));
  }

  @Test
  void a_failure_of_the_reader_ends_it() {
    assertThatThrownBy(
            () ->
                ChildProcess.start(shell("sleep 4723"))
                    .read(
                        out -> {
                          throw new IllegalStateException("enough");
                        },
                        () -> {},
                        PATIENT,
                        Progress.SILENT))
        .hasMessage("enough");
    assertThat(alive("4723")).isZero();
  }

  @Test
  void an_interrupt_of_the_run_ends_it_and_what_else_blocks() throws Exception {
    AtomicLong interrupted = new AtomicLong();
    Progress stopping =
        new Progress() {
          @Override
          public void moved(long bytes, long total) {}

          @Override
          public void reached(String point) {}

          @Override
          public void continuing() {}

          @Override
          public void interruptibleBy(Runnable interrupt) {
            Thread presser =
                new Thread(
                    () -> {
                      try {
                        TimeUnit.MILLISECONDS.sleep(300);
                      } catch (InterruptedException e) {
                        return;
                      }
                      interrupt.run();
                    });
            presser.setDaemon(true);
            presser.start();
          }
        };
    ChildProcess.Ended ended =
        ChildProcess.start(shell("sleep 4724"))
            .read(out -> out.readAllBytes(), interrupted::incrementAndGet, PATIENT, stopping);
    assertThat(ended.exit()).isEqualTo(137);
    assertThat(ended.killed()).isFalse();
    assertThat(interrupted).hasValue(1);
    assertThat(ChildProcess.start(shell("sleep 4724")).run(LONG, stopping).exit()).isEqualTo(137);
    assertThat(alive("4724")).isZero();
  }

  @Test
  void of_much_output_the_end_is_kept() {
    OutputTail tail = new OutputTail();
    byte[] bytes = "0123456789".repeat(10_000).getBytes(StandardCharsets.UTF_8);
    tail.add(bytes, bytes.length);
    assertThat(tail.text()).startsWith("(34464 bytes before) 4567").hasSize(65_536 + 21);
    assertThat(OutputTail.end(tail.text())).startsWith("... ").hasSize(1_504);
  }
}

package dev.gatehouse.dsl.operation;

import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.noRows;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.GatehouseOperations.command;
import static dev.gatehouse.dsl.GatehouseOperations.commandSucceeds;
import static dev.gatehouse.dsl.GatehouseOperations.service;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.journal.StepState;
import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.dsl.Desk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A program that answers as systemctl does, with its state in a file. */
@Timeout(60)
class ServiceTest {
  private static final String RUNS = "loaded active running 42 ";

  private Path directory;
  private Path state;
  private Path systemctl;

  @BeforeEach
  void a_unit(@TempDir Path temporary) throws IOException {
    directory = temporary;
    state = directory.resolve("state");
    systemctl = directory.resolve("systemctl");
    Files.writeString(
        systemctl,
        """
        #!/bin/sh
        echo "$1 $3" >> %1$s.log
        case $1 in
          stop) [ -e %1$s.stuck ] || echo "loaded inactive dead 0 " > %1$s ;;
          start) echo "loaded active running 43 " > %1$s ;;
          show)
            read load active sub pid by < %1$s
            [ ! -e %1$s.flaps ] || pid=$$
            printf 'LoadState=%%s\\nActiveState=%%s\\nSubState=%%s\\nMainPID=%%s\\nTriggeredBy=%%s\\n' \
              "$load" "$active" "$sub" "$pid" "$by" ;;
        esac
        """
            .formatted(state));
    Files.setPosixFilePermissions(systemctl, PosixFilePermissions.fromString("rwx------"));
    is(RUNS);
  }

  private void is(String words) throws IOException {
    Files.writeString(state, words + "\n");
  }

  private String done() throws IOException {
    return Files.readString(Path.of(state + ".log"))
        .replaceAll("(?m)^show .*\\n", "")
        .replace("\n", "; ");
  }

  private RunRecord run(Change step) throws Exception {
    Plan plan =
        Plan.of(
            runbook("Services", gate("Stopped", step), gate("Fails", noRows("select 1"))),
            Desk.shop(directory.resolve("shop.db")));
    return Runner.journalingTo(directory.resolve("journals")).run(plan);
  }

  private Change stopped() {
    return Service.of(systemctl.toString(), "ingest").stopped();
  }

  @Test
  void it_is_stopped_and_started_again_when_that_is_undone() throws Exception {
    assertThat(run(stopped()).state()).isEqualTo(RunState.UNDONE);
    assertThat(done()).isEqualTo("stop ingest; start ingest; ");
  }

  @Test
  void one_that_was_stopped_before_is_not_started() throws Exception {
    is("loaded inactive dead 0 ");

    RunRecord record = run(stopped());

    assertThat(record.step("stop ingest").orElseThrow().state()).isEqualTo(StepState.SKIPPED);
    assertThat(done()).isEmpty();
  }

  @Test
  void what_is_under_way_comes_and_goes_or_is_started_by_others_is_not_begun() throws Exception {
    for (String words :
        new String[] {
          "loaded activating start 42 ",
          "loaded deactivating stop-sigterm 42 ",
          "loaded active exited 0 ",
          "loaded inactive dead 0 ingest.socket"
        }) {
      is(words);
      RunRecord record = run(stopped());
      assertThat(record.step("stop ingest").orElseThrow().state())
          .as(words)
          .isEqualTo(StepState.FAILED_CLEAN);
      assertThat(record.step("stop ingest").orElseThrow().findings().get(0).code())
          .isEqualTo("service.state");
    }
    is(RUNS);
    Files.createFile(Path.of(state + ".flaps"));
    assertThat(run(stopped()).state()).isEqualTo(RunState.FAILED_CLEAN);
    assertThat(done()).isEmpty();
  }

  @Test
  void a_stop_that_did_not_stop_it_is_in_doubt() throws Exception {
    Files.createFile(Path.of(state + ".stuck"));

    RunRecord record = run(stopped());

    assertThat(record.step("stop ingest").orElseThrow().state()).isEqualTo(StepState.IN_DOUBT);
  }

  @Test
  void one_that_is_not_there_is_refused_while_planning() throws Exception {
    is("not-found inactive dead 0 ");

    assertThatThrownBy(() -> run(stopped()))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("there is no service 'ingest'");
    assertThatThrownBy(() -> service("--now")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void it_may_be_controlled_by_other_means() throws Exception {
    String flag = Files.createFile(directory.resolve("runs")).toString();
    Change step =
        service("own")
            .controlledBy(
                command("rm", flag),
                command("touch", flag),
                commandSucceeds("test", "-e", flag),
                commandSucceeds(command("test", "-e", flag).expectingExit(1)).named("own is off"))
            .stopped();

    assertThat(run(step).state()).isEqualTo(RunState.UNDONE);
    assertThat(Path.of(flag)).exists();
  }
}

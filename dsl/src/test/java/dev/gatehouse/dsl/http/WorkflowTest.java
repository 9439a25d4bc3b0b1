package dev.gatehouse.dsl.http;

import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.noRows;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.GatehouseOperations.http;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.journal.StepState;
import dev.gatehouse.core.model.Gate;
import dev.gatehouse.core.outcome.Status;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.dsl.Desk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Deploys are frozen by disabling their workflow, and thawed as they were. */
class WorkflowTest {
  private static final String PATH = "/repos/acme/shop/actions/workflows/deploy.yml";

  private Path directory;
  private Service github;

  @BeforeEach
  void a_workflow(@TempDir Path temporary) throws IOException {
    directory = temporary;
    github = new Service();
    state("active");
    runs("in_progress", 0);
    List.of("queued", "requested", "waiting", "pending").forEach(state -> runs(state, 0));
    newest("completed");
    github.work = line -> state(line.endsWith("/disable") ? "disabled_manually" : "active");
  }

  @AfterEach
  void stop() {
    github.close();
  }

  private void state(String state) {
    github.documents.put(PATH, "{\"id\":1,\"state\":\"" + state + "\"}");
  }

  private void runs(String state, int number) {
    github.documents.put(
        PATH + "/runs?per_page=1&status=" + state,
        "{\"total_count\":" + number + ",\"workflow_runs\":[]}");
  }

  private void newest(String state) {
    github.documents.put(
        PATH + "/runs?per_page=1",
        "{\"total_count\":3,\"workflow_runs\":[{\"id\":7,\"status\":\"" + state + "\"}]}");
  }

  private Workflow workflow() {
    return http(github.base()).workflow("acme/shop", "deploy.yml");
  }

  private RunRecord run(String last) throws Exception {
    return run(gate("Deploys frozen", workflow().disabled(), workflow().isIdle()), last);
  }

  private RunRecord run(Gate first, String last) throws Exception {
    return Runner.journalingTo(directory.resolve("journals"))
        .run(
            Plan.of(
                runbook("Frozen", first, gate("Checked", noRows(last))),
                Desk.shop(directory.resolve("shop.db"))));
  }

  @Test
  void it_is_disabled_and_enabled_when_that_is_undone() throws Exception {
    assertThat(run("select 1 where 0").state()).isEqualTo(RunState.SUCCEEDED);
    assertThat(github.documents.get(PATH)).contains("disabled_manually");
    state("active");
    assertThat(run("select 1").state()).isEqualTo(RunState.UNDONE);
    assertThat(github.documents.get(PATH)).contains("active");
    assertThat(github.requests)
        .containsExactly(
            "PUT " + PATH + "/disable", "PUT " + PATH + "/disable", "PUT " + PATH + "/enable");
  }

  @Test
  void a_freeze_that_is_over_is_thawed_and_frozen_again_when_that_is_undone() throws Exception {
    state("disabled_manually");
    Gate thaw = gate("Thawed", workflow().enabled());
    assertThat(run(thaw, "select 1 where 0").state()).isEqualTo(RunState.SUCCEEDED);
    assertThat(github.documents.get(PATH)).contains("active");
    state("disabled_inactivity");
    assertThat(run(thaw, "select 1").state()).isEqualTo(RunState.UNDONE);
    assertThat(github.documents.get(PATH)).contains("disabled_manually");
  }

  @Test
  void one_that_was_disabled_before_stays_so() throws Exception {
    for (String state : List.of("disabled_manually", "disabled_inactivity")) {
      state(state);
      RunRecord record = run("select 1");
      assertThat(record.state()).isEqualTo(RunState.FAILED_CLEAN);
      assertThat(record.step("disable deploy.yml of acme/shop").orElseThrow().state())
          .isEqualTo(StepState.SKIPPED);
    }
    assertThat(github.requests).isEmpty();
  }

  @Test
  void a_deploy_that_is_under_way_keeps_the_gate_closed() throws Exception {
    try (Desk desk = Desk.at(directory)) {
      assertThat(desk.ask(workflow().isIdle()).status()).isEqualTo(Status.PASSED);
      runs("waiting", 1);
      assertThat(desk.ask(workflow().isIdle()).findings().get(0).found())
          .isEqualTo("one or more that are waiting");
      runs("waiting", 0);
      github.documents.remove(PATH + "/runs?per_page=1&status=in_progress");
      assertThat(desk.ask(workflow().isIdle()).status()).isEqualTo(Status.INCONCLUSIVE);
    }
    assertThatThrownBy(() -> http("http://x").workflow("acme", "deploy.yml"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> http("http://x").workflow("acme/shop", "../x"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** From queued to in progress between two questions, and to the next approval afterwards. */
  @Test
  void a_run_that_moves_while_it_is_asked_is_seen() throws Exception {
    try (Desk desk = Desk.at(directory)) {
      for (String begin : List.of("requested", "pending", "waiting", "queued")) {
        github.asked =
            path -> {
              String state = path.replaceAll(".*status=", "");
              if (path.contains("status=") && !state.equals(begin)) {
                runs(begin, 0);
                runs("in_progress", 1);
              }
            };
        runs("in_progress", 0);
        runs(begin, 1);
        assertThat(desk.ask(workflow().isIdle()).status()).as(begin).isEqualTo(Status.FAILED);
        runs("in_progress", 0);
      }
    }
  }

  /** softprops/turnstyle#35: counts by status were 0 for a day, while runs went on. */
  @Test
  void counts_alone_are_not_believed() throws Exception {
    try (Desk desk = Desk.at(directory)) {
      newest("queued");
      assertThat(desk.ask(workflow().isIdle()).findings().get(0).found())
          .isEqualTo("the newest is queued, though none is counted as under way");
      github.documents.put(PATH + "/runs?per_page=1", "{\"total_count\":0,\"workflow_runs\":[]}");
      assertThat(desk.ask(workflow().isIdle()).status()).isEqualTo(Status.PASSED);
      github.documents.put(PATH + "/runs?per_page=1", "{\"workflow_runs\":[]}");
      assertThat(desk.ask(workflow().isIdle()).status()).isEqualTo(Status.INCONCLUSIVE);
    }
  }
}

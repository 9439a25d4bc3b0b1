package dev.gatehouse.dsl.http;

import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.noRows;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.GatehouseOperations.http;
import static dev.gatehouse.dsl.GatehouseOperations.ramp;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.journal.StepState;
import dev.gatehouse.core.model.Gate;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Run;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.dsl.Desk;
import dev.gatehouse.dsl.ramp.Flag;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A flag behind an endpoint is compared, set, and read again. */
@Timeout(60)
class FlagByHttpTest {
  private static final Secret TOKEN = Secret.of("token", "Bearer kN4ry-flag".toCharArray());

  private Path directory;
  private Service service;

  @BeforeEach
  void a_flag(@TempDir Path temporary) throws IOException {
    directory = temporary;
    service = new Service();
    percent("0");
    service.work = line -> percent(line.replaceAll(".*:|\\D+$", ""));
  }

  @AfterEach
  void stop() {
    service.close();
  }

  private void percent(String value) {
    service.documents.put("/flags/ingest", "{\"percent\":" + value + "}");
  }

  private String percent() {
    return service.documents.getOrDefault("/flags/ingest", "").replaceAll("\\D", "");
  }

  private Flag flag() {
    HttpApi app =
        http(service.base())
            .withHeader("Authorization", TOKEN)
            .withDeadline(Duration.ofMillis(1_500));
    return Flag.http(
        "ingest",
        app.get("/flags/ingest").number("percent"),
        to -> app.put("/flags/ingest").withJson("{\"percent\":" + to + "}"));
  }

  private RunRecord run(Gate... then) throws Exception {
    Plan plan =
        Plan.of(
            runbook("Opened", gate("Begun", noRows("select 1 from made")))
                .then(ramp(flag()).from(0).to(10).to(100).gates())
                .then(gate("Checked", noRows("select 1 where " + (then.length > 0 ? "1" : "0")))),
            Desk.shop(directory.resolve("shop.db")));
    assertThat(plan.toString()).contains("PUT " + service.base()).doesNotContain("kN4ry");
    try (Run run = Runner.journalingTo(directory.resolve("journals")).start(plan)) {
      return run.untilPeople();
    }
  }

  private static final Gate FAILS = gate("Fails", noRows("select 1"));

  @Test
  void it_is_opened_level_by_level_and_goes_back_in_one_jump() throws Exception {
    assertThat(run().state()).isEqualTo(RunState.SUCCEEDED);
    assertThat(percent()).isEqualTo("100");
    percent("0");
    service.requests.clear();

    assertThat(run(FAILS).state()).isEqualTo(RunState.UNDONE);

    assertThat(percent()).isEqualTo("0");
    assertThat(service.requests)
        .containsExactly(
            "PUT /flags/ingest {\"percent\":10}",
            "PUT /flags/ingest {\"percent\":100}",
            "PUT /flags/ingest {\"percent\":0}");
    assertThat(service.tokens).containsOnly("Bearer kN4ry-flag");
  }

  @Test
  void what_somebody_else_has_set_stays() throws Exception {
    service.work = line -> percent(line.contains("100") ? "100" : "33");
    RunRecord record = run();
    assertThat(record.step("ingest at 10 %").orElseThrow().state()).isEqualTo(StepState.IN_DOUBT);
    percent("33");
    service.requests.clear();
    assertThat(run().state()).isEqualTo(RunState.FAILED_CLEAN);
    assertThat(service.requests).isEmpty();
  }

  @Test
  void an_answer_that_is_lost_is_made_good_by_what_the_endpoint_tells() throws Exception {
    service.silent = true;
    assertThat(run().state()).isEqualTo(RunState.SUCCEEDED);
    assertThat(percent()).isEqualTo("100");
    assertThat(service.requests).hasSize(2);
  }

  @Test
  void a_refused_request_and_an_endpoint_without_a_number_set_nothing() throws Exception {
    service.status = 403;
    assertThat(run().state()).isEqualTo(RunState.FAILED_CLEAN);
    service.status = 503;
    assertThat(run().state()).isEqualTo(RunState.FAILED_CLEAN);
    for (String none : new String[] {"\"ten\"", "1.5", "null", "[1]"}) {
      percent(none);
      assertThatThrownBy(this::run)
          .as(none)
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("flag.none")
          .hasMessageContaining("http.number");
    }
    service.documents.clear();
    assertThatThrownBy(this::run).hasMessageContaining("status 404");
  }
}

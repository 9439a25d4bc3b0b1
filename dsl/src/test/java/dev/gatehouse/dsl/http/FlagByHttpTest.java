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
import java.util.concurrent.atomic.AtomicInteger;
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

  private Plan plan(Flag flag, Gate... then) throws Exception {
    return Plan.of(
        runbook("Opened", gate("Begun", noRows("select 1 from made")))
            .then(ramp(flag).from(0).to(10).to(100).gates())
            .then(gate("Checked", noRows("select 1 where " + (then.length > 0 ? "1" : "0")))),
        Desk.shop(directory.resolve("shop.db")));
  }

  private RunRecord run(Gate... then) throws Exception {
    Plan plan = plan(flag(), then);
    assertThat(plan.full()).contains("PUT " + service.base()).doesNotContain("kN4ry");
    try (Run run = Runner.journalingTo(directory.resolve("journals")).startAnother(plan)) {
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

  /** Between the look and the request; the look of the step itself, not one of the checks. */
  private void somebodyElseSets(String value, int look) {
    AtomicInteger looks = new AtomicInteger();
    service.asked =
        path -> {
          if (looks.incrementAndGet() == look) {
            percent(value);
          }
        };
  }

  /** How often it is looked at before the first request is sent; the last of them compares. */
  private int looksBeforeSending() throws Exception {
    AtomicInteger looks = new AtomicInteger();
    AtomicInteger before = new AtomicInteger();
    service.asked =
        path -> {
          if (service.requests.isEmpty()) {
            before.set(looks.incrementAndGet());
          }
        };
    run();
    service.requests.clear();
    percent("0");
    return before.get();
  }

  @Test
  void what_somebody_sets_between_look_and_request_stays_where_there_is_an_etag() throws Exception {
    service.tag = "\"";
    int look = looksBeforeSending();
    somebodyElseSets("55", look);

    RunRecord record = run();

    assertThat(percent()).isEqualTo("55");
    assertThat(record.state()).isEqualTo(RunState.FAILED_CLEAN);
    assertThat(record.step("ingest at 10 %").orElseThrow().findings().get(0).text())
        .isEqualTo(
            """
            somebody else has changed what a request was to change
              expected  as it was when it was read: PUT %s/flags/ingest
              found     status 412 to If-Match
              fix       ask who changed it and why; it stays as they left it
              code      http.changed"""
                .formatted(service.base()));
  }

  @Test
  void a_plan_says_whether_a_lost_update_is_excluded() throws Exception {
    for (String tag : new String[] {"", "W/\""}) {
      service.tag = tag;
      assertThat(planned())
          .as(tag)
          .contains("it cannot be excluded that what somebody else sets")
          .doesNotContain("If-Match: the");
    }
    service.tag = "\"";
    assertThat(planned())
        .contains("If-Match: the ETag it is read with")
        .doesNotContain("it cannot be excluded");
    Flag elsewhere =
        Flag.http(
            "ingest",
            http(service.base()).get("/flags/ingest").number("percent"),
            to -> http(service.base()).put("/flags/other").withJson("" + to));
    assertThat(planned(elsewhere))
        .as("an ETag of another document")
        .doesNotContain("If-Match: the");
  }

  @Test
  void an_etag_that_is_gone_since_the_plan_stops_it() throws Exception {
    service.tag = "\"";
    Plan plan = plan(flag());
    service.tag = "";
    try (Run run = Runner.journalingTo(directory.resolve("journals")).start(plan)) {
      assertThat(run.untilPeople().state()).isEqualTo(RunState.FAILED_CLEAN);
      assertThat(run.record().step("ingest at 10 %").orElseThrow().findings().toString())
          .contains("flag.unguarded");
    }
    assertThat(service.requests).isEmpty();
  }

  /** Somebody on the way sent it twice: the first was ours. */
  @Test
  void a_412_where_it_is_as_it_was_to_be_is_no_failure() throws Exception {
    service.tag = "\"";
    somebodyElseSets("10", looksBeforeSending());
    RunRecord record = run();
    assertThat(record.state()).isEqualTo(RunState.SUCCEEDED);
    assertThat(record.steps())
        .flatExtracting(
            step -> step.evidence().flatMap(proof -> proof.fact("answer")).stream().toList())
        .contains("it is so; whose work that is, nobody can tell");
    assertThat(percent()).isEqualTo("100");
  }

  private String planned(Flag... flags) throws Exception {
    return plan(flags.length > 0 ? flags[0] : flag()).full().replaceAll("\\s+", " ");
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

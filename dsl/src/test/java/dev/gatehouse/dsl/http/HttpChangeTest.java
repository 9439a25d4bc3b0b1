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
import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.model.Gate;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.core.report.Checklist;
import dev.gatehouse.core.report.RunJson;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Run;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.core.testkit.Sampled.Few;
import dev.gatehouse.dsl.Desk;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class HttpChangeTest {
  private static final String CANARY = "Bearer kN4ry-7f31c0de";
  private static final Secret TOKEN = Secret.of("admin token", CANARY.toCharArray());
  private static final Gate FAILS = gate("Fails", noRows("select 1"));

  private Path directory;
  private Web web;
  private HttpApi app;

  @BeforeEach
  void an_application(@TempDir Path temporary) throws IOException {
    directory = temporary;
    web = new Web();
    app = http(web.base()).withHeader("Authorization", TOKEN).withDeadline(Duration.ofMillis(700));
  }

  @AfterEach
  void stop() throws IOException {
    web.close();
  }

  private HttpChange off() {
    return app.post("/off").named("maintenance off");
  }

  private HttpChange proved() {
    return app.post("/on")
        .provenBy(app.get("/state").says("enabled", "true"))
        .named("maintenance on");
  }

  private RunRecord run(Change step, Gate... then) throws Exception {
    Gate first = gate("Maintenance mode", step);
    Plan plan =
        Plan.of(runbook("Maintenance", first, then), Desk.shop(directory.resolve("shop.db")));
    try (Run run = Runner.journalingTo(directory.resolve("journals")).startAnother(plan)) {
      return run.toEnd();
    }
  }

  private static StepState state(RunRecord record) {
    return record.step("maintenance on").orElseThrow().state();
  }

  @Test
  void a_request_takes_effect_and_is_undone_when_a_later_gate_fails() throws Exception {
    RunRecord good = run(proved().undoneBy(off()));

    assertThat(good.state()).isEqualTo(RunState.SUCCEEDED);
    assertThat(web.on()).isTrue();
    web.set(false);

    RunRecord bad = run(proved().undoneBy(off()), FAILS);

    assertThat(bad.state()).isEqualTo(RunState.UNDONE);
    assertThat(web.on()).isFalse();
    assertThat(web.posts())
        .extracting(Web.Request::line)
        .containsExactly("POST /on HTTP/1.1", "POST /on HTTP/1.1", "POST /off HTTP/1.1");
    assertThat(web.posts())
        .extracting(one -> one.header("Idempotency-Key"))
        .doesNotHaveDuplicates();
  }

  @Test
  void what_was_so_before_is_neither_done_nor_undone() throws Exception {
    web.set(true);

    RunRecord record = run(proved().undoneBy(off()), FAILS);

    assertThat(record.state()).isEqualTo(RunState.FAILED_CLEAN);
    assertThat(state(record)).isEqualTo(StepState.SKIPPED);
    assertThat(Checklist.filled(record, ""))
        .contains("it was so before: nothing is done or undone");
    assertThat(web.posts()).isEmpty();
    assertThat(web.on()).isTrue();
  }

  @Test
  void what_cannot_be_told_beforehand_is_not_begun() throws Exception {
    Change step =
        app.post("/on")
            .provenBy(app.get("/state").says("mode", "closed"))
            .named("maintenance on")
            .undoneBy(off());

    RunRecord record = run(step);

    assertThat(state(record)).isEqualTo(StepState.FAILED_CLEAN);
    assertThat(web.posts()).isEmpty();
  }

  /** The request takes effect once, wherever its answer is cut. */
  @Test
  void an_answer_cut_at_any_byte_is_made_good_by_the_proof() throws Exception {
    for (int cut : Few.of(16, web.length() + 1).toArray()) {
      web.cutAt = cut;
      web.set(false);
      int before = web.timesOn();

      RunRecord record = run(proved().undoneBy(off()));

      assertThat(state(record)).as("cut at %s", cut).isEqualTo(StepState.SUCCEEDED);
      assertThat(web.timesOn() - before).isEqualTo(1);
    }
  }

  @Test
  void without_a_proof_a_lost_answer_is_in_doubt() throws Exception {
    for (int cut = 0; cut < web.length(); cut += 7) {
      web.cutAt = cut;
      RunRecord record = run(app.post("/on").named("maintenance on").undoneBy(off()));
      assertThat(state(record)).as("cut at %s", cut).isEqualTo(StepState.IN_DOUBT);
    }
    web.cutAt = web.length();
    RunRecord record = run(app.post("/on").named("maintenance on").undoneBy(off()));
    assertThat(state(record)).isEqualTo(StepState.SUCCEEDED);
  }

  @Test
  void a_lost_request_that_did_nothing_failed_with_nothing_done() throws Exception {
    web.works = false;
    web.cutAt = 0;

    RunRecord record = run(proved().undoneBy(off()));

    assertThat(state(record)).isEqualTo(StepState.FAILED_CLEAN);
    assertThat(record.step("maintenance on").orElseThrow().findings().get(0).text())
        .contains("the answer of an endpoint was lost");
  }

  @Test
  void a_byte_at_a_time_is_late() throws Exception {
    web.pause = 100;
    web.works = false;
    long begun = System.nanoTime();

    RunRecord record = run(proved().undoneBy(off()));

    assertThat(state(record)).isEqualTo(StepState.FAILED_CLEAN);
    assertThat(record.step("maintenance on").orElseThrow().findings().get(0).code())
        .isEqualTo("http.late");
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(20));
  }

  @Test
  void what_is_refused_did_nothing_and_an_error_leaves_doubt() throws Exception {
    web.works = false;
    for (String refused : new String[] {"400 Bad", "401 No", "404 None", "429 Later"}) {
      web.answer = refused;
      web.more = refused.startsWith("429") ? "Retry-After: 3600\r\n" : "";
      RunRecord record = run(app.post("/on").named("maintenance on").undoneBy(off()));
      assertThat(state(record)).as(refused).isEqualTo(StepState.FAILED_CLEAN);
    }
    web.more = "";
    for (String error : new String[] {"500 Oh", "503 Busy", "409 Already", "408 Slow"}) {
      web.answer = error;
      RunRecord record = run(app.post("/on").named("maintenance on").undoneBy(off()));
      assertThat(state(record)).as(error).isEqualTo(StepState.IN_DOUBT);
    }
    web.answer = "500 Oh";
    assertThat(state(run(proved().undoneBy(off())))).isEqualTo(StepState.FAILED_CLEAN);
    web.works = true;
    assertThat(state(run(proved().undoneBy(off()))))
        .as("done all the same")
        .isEqualTo(StepState.SUCCEEDED);
  }

  @Test
  void what_is_refused_and_seen_all_the_same_was_done() throws Exception {
    web.answered = "POST /on";
    web.answer = "404 None";

    RunRecord record = run(proved().undoneBy(off()));

    assertThat(record.state()).isEqualTo(RunState.UNDONE);
  }

  @Test
  void success_that_nothing_shows_is_in_doubt() throws Exception {
    web.works = false;

    RunRecord record = run(proved().undoneBy(off()));

    assertThat(state(record)).isEqualTo(StepState.IN_DOUBT);
  }

  /** The other side goes on, whatever becomes of us. */
  @Test
  void an_abort_while_the_answer_is_awaited_leaves_doubt() throws Exception {
    web.thinks = 1_500;
    Plan plan =
        Plan.of(
            runbook("Maintenance", gate("Maintenance mode", slow().undoneBy(off()))),
            Desk.shop(directory.resolve("shop.db")));
    try (Run run = Runner.journalingTo(directory.resolve("journals")).start(plan)) {
      CompletableFuture<RunRecord> ended = CompletableFuture.supplyAsync(run::toEnd);
      while (web.posts().isEmpty()) {
        assertThat(ended).isNotDone();
        Thread.sleep(10);
      }
      run.abort("ada", "changed our minds");
      assertThat(state(ended.get(20, TimeUnit.SECONDS))).isEqualTo(StepState.IN_DOUBT);
      assertThat(web.on()).isFalse();
    }
    Thread.sleep(2_000);
    assertThat(web.on()).as("it was at it still").isTrue();
  }

  private HttpChange slow() {
    HttpApi patient = app.withDeadline(Duration.ofSeconds(30));
    return patient.post("/on").provenBy(noRows("select 1")).named("maintenance on");
  }

  @Test
  void a_redirect_is_not_followed() throws Exception {
    try (Web other = new Web()) {
      web.answer = "307 There";
      web.more = "Location: " + other.base() + "/on\r\n";
      web.works = false;

      RunRecord record = run(proved().undoneBy(off()));

      assertThat(state(record)).isEqualTo(StepState.FAILED_CLEAN);
      assertThat(record.step("maintenance on").orElseThrow().findings().get(0).text())
          .contains("status 307, to " + other.base() + "/on");
      assertThat(other.requests).isEmpty();
    }
  }

  @Test
  void nobody_there_is_nothing_done() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }

    RunRecord record =
        run(
            http("http://127.0.0.1:" + port)
                .post("/on")
                .named("maintenance on")
                .cannotBeUndone("test"));

    assertThat(state(record)).isEqualTo(StepState.FAILED_CLEAN);
    assertThat(record.step("maintenance on").orElseThrow().findings().get(0).text())
        .isEqualTo(
            """
            an endpoint cannot be reached
              expected  a whole answer to POST http://127.0.0.1:%1$s/on
              found     ConnectException
              fix       see whether it is up: curl -i 'http://127.0.0.1:%1$s/on'
              code      http.unreachable"""
                .formatted(port));
  }

  @Test
  void the_secret_reaches_its_host_and_nothing_else() throws Exception {
    web.more = "X-Echo: " + CANARY + "\r\n";
    RunRecord record = run(proved().undoneBy(off()), FAILS);

    assertThat(web.requests).allMatch(one -> CANARY.equals(one.header("Authorization")));
    assertThat(RunJson.of(record, "") + Checklist.filled(record, "")).doesNotContain("kN4ry");
    try (Stream<Path> files = Files.walk(directory.resolve("journals"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(Files.readString(file, StandardCharsets.ISO_8859_1)).doesNotContain("kN4ry");
      }
    }
    try (Desk desk = Desk.at(directory)) {
      assertThat(desk.bind(proved().undoneBy(off())).preview())
          .contains("Authorization: (secret 'admin token')")
          .noneMatch(line -> line.contains("kN4ry"));
    }
  }

  @Test
  void a_crash_behind_the_answer_is_resolved_by_the_proof() throws Exception {
    Plan plan =
        Plan.of(
            runbook("Maintenance", gate("Maintenance mode", proved().undoneBy(off()))),
            Desk.shop(directory.resolve("shop.db")));
    Runner runner = Runner.journalingTo(directory.resolve("journals"));
    Path journal;
    try (Run run =
        runner
            .withPoints(
                point -> {
                  if (point.toLowerCase(Locale.ROOT).endsWith(":answered")) {
                    throw new AssertionError("killed");
                  }
                })
            .start(plan)) {
      journal = run.journal();
      assertThatThrownBy(run::toEnd).hasMessageContaining("killed");
    }

    try (Run again = runner.resume(plan.runbook(), plan.target(), journal)) {
      again.toEnd();
      assertThat(again.record().state()).isEqualTo(RunState.SUCCEEDED);
    }
    assertThat(web.timesOn()).isEqualTo(1);
  }

  @Test
  void bad_input_is_refused_before_anything_is_sent() throws Exception {
    for (String bad :
        new String[] {"shop.example", "ftp://a", "http://u:p@a", "http://a/?q=1", "http://a#f"}) {
      assertThatThrownBy(() -> http(bad)).isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> app.post("on")).hasMessage("path is 'on': begins with a slash");
    assertThat(app.post("//evil.example/on").toString())
        .startsWith("POST " + web.base() + "//evil");
    assertThatThrownBy(() -> http("http://127.0.0.1").post("@evil.example/"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> app.withHeader("Host", "evil"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> app.withHeader("X", "a\r\nY: b"))
        .isInstanceOf(IllegalArgumentException.class);
    Secret split = Secret.of("split", "kN4ry\r\nX: y".toCharArray());
    assertThatThrownBy(() -> app.withHeader("X", split))
        .hasMessage("secret 'split' for header 'X': printable ASCII only");
    assertThatThrownBy(() -> app.withDeadline(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
    System.setProperty("jdk.httpclient.enableAllMethodRetry", "true");
    try (Desk desk = Desk.at(directory)) {
      assertThatThrownBy(() -> desk.bind(proved().undoneBy(off())))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("http.repeats");
    } finally {
      System.clearProperty("jdk.httpclient.enableAllMethodRetry");
    }
    assertThat(web.requests).isEmpty();
  }
}

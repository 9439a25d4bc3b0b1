package dev.gatehouse.dsl.tell;

import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.noRows;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.GatehouseTelling.announce;
import static dev.gatehouse.dsl.GatehouseTelling.webhook;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.model.ProbeResult;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Question;
import dev.gatehouse.core.run.Run;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.core.run.Tick;
import dev.gatehouse.dsl.Desk;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class AnnouncementTest {
  @TempDir Path directory;
  Sink sink;
  Target shop;

  @BeforeEach
  void open() throws Exception {
    sink = new Sink();
    shop = Desk.shop(directory.resolve("shop.db"));
  }

  @AfterEach
  void close() {
    sink.close();
  }

  private Runbook book(String path) {
    Message message =
        Message.rollbackInitiated("housekeeping promotion", "errors")
            .impact("reports are down")
            .eta("14:00 UTC")
            .action("none")
            .updatingIn(Duration.ofMinutes(15));
    return runbook(
        "shop",
        gate("Announced", announce(message, webhook(sink.at(path)))),
        gate("Ready", noRows("nothing made", "select x from made")));
  }

  private Run start(String path) {
    return Runner.journalingTo(directory.resolve("journals")).start(Plan.of(book(path), shop));
  }

  @Test
  void the_gate_opens_when_it_has_arrived() {
    Plan plan = Plan.of(book("/fine"), shop);
    assertThat(plan.outline().steps().get(0).preview())
        .contains(
            "  [ROLLBACK INITIATED] housekeeping promotion",
            "  Status: rolling back due to errors",
            "  Impact: reports are down",
            "  ETA: 14:00 UTC",
            "  Action required: none",
            "  Next update in 15 minutes.");
    try (Run run = start("/fine")) {
      assertThat(run.toEnd().state()).isEqualTo(RunState.SUCCEEDED);
    }
    assertThat(sink.of("/fine")).hasSize(1);
    assertThat(sink.of("/fine").get(0).body()).contains("Next update in 15 minutes.");
  }

  @Test
  void what_cannot_be_delivered_keeps_the_gate_closed_until_a_person_decides() {
    for (ProbeResult.Kind truth :
        new ProbeResult.Kind[] {ProbeResult.Kind.APPLIED, ProbeResult.Kind.NOT_APPLIED}) {
      sink.status = 404;
      try (Run run = start("/switch")) {
        Tick tick = run.advance();
        assertThat(tick).isInstanceOf(Tick.NeedsInput.class);
        assertThat(((Tick.NeedsInput) tick).questions().get(0).kind())
            .isEqualTo(Question.Kind.RESOLVE);
        assertThat(run.record().openGates()).isEmpty();
        String step = run.record().steps().get(0).name();
        assertThat(run.record().steps().get(0).findings().get(0).text())
            .startsWith("an announcement could not be delivered")
            .contains("status 404")
            .doesNotContain(Sink.CANARY);
        int before = sink.requests.size();
        sink.status = 200;
        run.resolve(step, truth, "ann", "told them by phone");
        assertThat(run.toEnd().state()).isEqualTo(RunState.SUCCEEDED);
        assertThat(sink.requests).hasSize(truth == ProbeResult.Kind.APPLIED ? before : before + 1);
      }
    }
  }

  @Test
  void whoever_is_busy_for_an_hour_is_not_waited_for() {
    try (Run run = start("/busy")) {
      assertThat(run.advance()).isInstanceOf(Tick.NeedsInput.class);
      assertThat(sink.of("/busy")).hasSize(1);
    }
  }
}

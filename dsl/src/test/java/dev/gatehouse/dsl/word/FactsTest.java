package dev.gatehouse.dsl.word;

import static dev.gatehouse.dsl.GatehouseOperations.approval;
import static dev.gatehouse.dsl.GatehouseOperations.atLeast;
import static dev.gatehouse.dsl.GatehouseOperations.one;
import static dev.gatehouse.dsl.word.Assembly.change;
import static java.time.Duration.ofHours;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.journal.Journal;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.report.Checklist;
import dev.gatehouse.core.report.RunJson;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Run;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.core.run.Tick;
import dev.gatehouse.core.tell.Facts;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever pushed the button cannot agree to what the button began. */
class FactsTest {
  private static final Map<String, String> GITHUB =
      Map.of(
          "GITHUB_SERVER_URL", "https://github.example",
          "GITHUB_REPOSITORY", "shop/db",
          "GITHUB_RUN_ID", "42",
          "GITHUB_SHA", "abc123",
          "GITHUB_ACTOR", "bob",
          "GITHUB_TRIGGERING_ACTOR", "ada");

  @TempDir Path directory;
  Assembly all;

  @BeforeEach
  void assemble() throws Exception {
    all = new Assembly(directory);
  }

  private Run start(Runner runner) {
    var asked =
        approval("restore production?")
            .by(atLeast(1, "senior engineer"), one("product owner"))
            .validFor(ofHours(12))
            .named(Assembly.STEP);
    return runner.start(Plan.of(all.book(asked, change("one")), all.shop, all.clock));
  }

  @Test
  void neither_the_actor_nor_who_triggered_it_may_agree() throws Exception {
    Runner runner = all.runner().startedBy("ci").withFacts(Facts.fromGitHub(GITHUB::get));
    try (Run run = start(runner)) {
      run.advance();
      all.yes(run, "ada", "senior engineer");
      all.yes(run, "bob", "senior engineer");
      all.yes(run, "carol", "product owner");
      assertThat(run.advance()).isInstanceOf(Tick.NeedsInput.class);
      assertThat(all.done()).isEmpty();
      all.yes(run, "mallory", "senior engineer");
      assertThat(run.advance()).isInstanceOf(Tick.Done.class);

      RunRecord record = RunRecord.of(Journal.peek(run.journal())).orElseThrow();
      assertThat(record.facts())
          .containsEntry("commit", "abc123")
          .containsEntry("link", "https://github.example/shop/db/actions/runs/42")
          .containsEntry("triggered by", "ada");
      assertThat(record.said().initiators()).contains("ci", "bob", "ada");
      assertThat(Checklist.filled(record, "")).contains("| `commit` | `abc123` |");
      assertThat(RunJson.of(record, "")).contains("\"commit\": \"abc123\"");
    }
  }

  @Test
  void a_robot_nobody_knows_is_refused_where_people_decide() {
    Map<String, String> robot = new HashMap<>(GITHUB);
    robot.put("GITHUB_ACTOR", "dependabot[bot]");
    robot.remove("GITHUB_TRIGGERING_ACTOR");
    Runner runner = all.runner().startedBy("ci").withFacts(Facts.fromGitHub(robot::get));
    assertThatThrownBy(() -> start(runner))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("dependabot[bot]")
        .hasMessageContaining("code      approval.initiator-unknown");
  }

  @Test
  void an_environment_that_names_nobody_is_refused() {
    assertThatThrownBy(() -> Facts.fromGitHub(name -> null))
        .isInstanceOf(Refusal.class)
        .hasMessage(
            """
            the environment does not say who called for the run
              expected  a GitHub Actions job, where GITHUB_SERVER_URL is set
              found     GITHUB_SERVER_URL is not set, or empty
              fix       leave withFacts(...) out where it does not run as a GitHub Actions job
              code      facts.missing\
            """);
    assertThatThrownBy(() -> Facts.fromGitLab(Map.of("CI_COMMIT_SHA", "a")::get))
        .hasMessageContaining("CI_JOB_URL");
    assertThatThrownBy(() -> Facts.fromEnvironment(Map.of("GATEHOUSE_COMMIT", "a")::get))
        .hasMessageContaining("GATEHOUSE_ACTOR");
    assertThat(Facts.fromEnvironment(Map.of("GATEHOUSE_ACTOR", "eve")::get).actors())
        .containsExactly("eve");
  }
}

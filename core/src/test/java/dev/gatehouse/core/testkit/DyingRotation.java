package dev.gatehouse.core.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.report.RunText;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Run;
import dev.gatehouse.core.run.Runner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * A rotation of a password whose runner dies at a point between two durable actions, and of whoever
 * goes on in its place: at every instant a password that stands in a file logs in, and never a
 * third one.
 *
 * @param sink the file that holds the password and nothing else
 * @param meanwhile where old and new one wait, in the second and the third line
 * @param logsIn asked of the server
 */
public record DyingRotation(
    Runbook book,
    Target target,
    Path journals,
    Path sink,
    Path meanwhile,
    Predicate<String> logsIn) {

  private static final class Death extends Error {
    private static final long serialVersionUID = 1;
  }

  private Runner runner() {
    return Runner.journalingTo(journals);
  }

  /** The points of a rotation that nobody disturbs. */
  public List<String> points() {
    List<String> points = new ArrayList<>();
    RunRecord record = runner().withPoints(points::add).run(Plan.of(book, target));
    assertThat(record.state()).as(RunText.failure(record)).isEqualTo(RunState.SUCCEEDED);
    return points;
  }

  /**
   * Dies there, and goes on.
   *
   * @param again whether a new run goes on instead of the same, as when its journal is lost
   */
  public void dieAt(int point, String name, boolean again) throws IOException {
    Set<String> seen = new LinkedHashSet<>(passwords());
    int[] left = {point};
    Run dying =
        runner()
            .withPoints(
                reached -> {
                  if (--left[0] < 0) {
                    throw new Death();
                  }
                })
            .start(Plan.of(book, target));
    Path journal = dying.journal();
    assertThatThrownBy(dying::toEnd).as(name).isInstanceOf(Death.class);
    dying.close();
    requireOneOrTwo(name, seen);
    RunRecord record;
    if (again) {
      record = runner().run(Plan.of(book, target));
    } else {
      try (Run resumed = runner().resume(book, target, journal)) {
        record = resumed.toEnd();
      }
    }
    assertThat(record.state()).as(name + RunText.failure(record)).isEqualTo(RunState.SUCCEEDED);
    requireOneOrTwo(name, seen);
    String now = Files.readString(sink);
    assertThat(seen.stream().filter(logsIn)).as(name).containsExactly(now);
    assertThat(meanwhile).as(name).doesNotExist();
  }

  /** Those that stand in a file now. */
  private Set<String> passwords() throws IOException {
    Set<String> all = new LinkedHashSet<>(Set.of(Files.readString(sink)));
    if (Files.exists(meanwhile)) {
      all.addAll(Files.readAllLines(meanwhile).subList(1, 3));
    }
    return all;
  }

  private void requireOneOrTwo(String name, Set<String> seen) throws IOException {
    Set<String> kept = passwords();
    seen.addAll(kept);
    assertThat(kept.stream().filter(logsIn)).as("kept and valid: " + name).isNotEmpty();
    assertThat(seen.stream().filter(logsIn).count()).as("valid: " + name).isLessThanOrEqualTo(2);
  }
}

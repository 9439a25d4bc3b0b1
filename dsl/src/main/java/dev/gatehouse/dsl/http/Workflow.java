package dev.gatehouse.dsl.http;

import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.NamedCheck;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.dsl.words.Names;
import java.util.ArrayList;
import java.util.List;

/**
 * A workflow of GitHub Actions, such as the one that deploys: disabled so that nobody deploys
 * meanwhile, which is undone by enabling it; one that is disabled already is neither disabled nor
 * enabled. Disabling ends nothing: a deploy that is under way goes on, which {@link #isIdle} tells.
 * A freeze that lasts beyond the run it protects ends by {@link #enabled}.
 *
 * <p>Source: docs.github.com, "REST API endpoints for workflows", "Disable a workflow", and
 * "workflow runs". The token needs write access to Actions.
 *
 * <p>Immutable. Not a step until it says {@code disabled()}, {@code enabled()} or {@code isIdle()}.
 *
 * @since 0.1
 */
public final class Workflow {
  /** All but {@code active}. */
  private static final String[] OTHER_REASONS = {"disabled_inactivity", "disabled_fork", "deleted"};

  /** As a run goes through them, so that one that moves on meanwhile is met further on. */
  private static final List<String> UNDER_WAY =
      List.of("requested", "pending", "waiting", "queued", "in_progress", "waiting");

  private final HttpApi api;
  private final String path;
  private final String name;

  private Workflow(HttpApi api, String path, String name) {
    this.api = api;
    this.path = path;
    this.name = name;
  }

  static Workflow of(HttpApi api, String repository, String file) {
    if (!repository.matches("[\\w.-]+/[\\w.-]+")) {
      throw new IllegalArgumentException("repository is '" + repository + "': owner/name");
    }
    if (!file.matches("[\\w.-]+")) {
      throw new IllegalArgumentException("file is '" + file + "': a name such as deploy.yml");
    }
    return new Workflow(
        api.withHeader("Accept", "application/vnd.github+json"),
        "/repos/" + repository + "/actions/workflows/" + file,
        file + " of " + repository);
  }

  /** Disabled; undone by enabling it. */
  public Change disabled() {
    return disabling("disable " + name).undoneBy(enabling("enable " + name + " again"));
  }

  /** Enabled, where a freeze is over; undone by disabling it. */
  public Change enabled() {
    return enabling("enable " + name).undoneBy(disabling("disable " + name + " again"));
  }

  private HttpChange disabling(String step) {
    return api.put(path + "/disable")
        .provenBy(api.get(path).says("state", "disabled_manually", OTHER_REASONS))
        .besideTarget()
        .named(step);
  }

  private HttpChange enabling(String step) {
    return api.put(path + "/enable")
        .provenBy(api.get(path).says("state", "active"))
        .besideTarget()
        .named(step);
  }

  /**
   * Passes while no run of it is under way or waits to be: none is counted as such, and the newest
   * of all is completed. Counts by status have been 0 while runs went on (softprops/turnstyle#35,
   * actions/actions-runner-controller#362), so that they alone are not believed; then an older run
   * would still be missed.
   */
  public NamedCheck isIdle() {
    List<NamedCheck> none =
        UNDER_WAY.stream()
            .map(state -> api.get(path + "/runs?per_page=1&status=" + state))
            .map(runs -> runs.says("total_count", "0"))
            .toList();
    HttpGet newest = api.get(path + "/runs?per_page=1");
    NamedCheck never = newest.says("total_count", "0");
    NamedCheck ended = newest.says("/workflow_runs/0/status", "completed");
    return NamedCheck.of(
            Names.of("nothing runs of " + name),
            reading -> {
              List<String> lines = new ArrayList<>();
              for (NamedCheck one : none) {
                lines.addAll(one.plan(reading));
              }
              lines.addAll(ended.plan(reading));
              return lines;
            },
            reading -> {
              Outcome counted = look(reading, none);
              return !counted.status().opens() || never.evaluate(reading).status().opens()
                  ? counted
                  : newest(reading, ended, counted);
            })
        .withSecrets(none.get(0).secrets());
  }

  private Outcome look(CheckContext reading, List<NamedCheck> none) throws Exception {
    for (int i = 0; i < none.size(); i++) {
      Outcome outcome = none.get(i).evaluate(reading);
      if (outcome instanceof Outcome.Failed) {
        return underWay(reading, "one or more that are " + UNDER_WAY.get(i));
      }
      if (!outcome.status().opens()) {
        return outcome;
      }
    }
    return Outcome.passed(reading.evidence().with("runs", 0));
  }

  private Outcome newest(CheckContext reading, NamedCheck ended, Outcome counted) throws Exception {
    Outcome outcome = ended.evaluate(reading);
    if (outcome instanceof Outcome.Failed failed) {
      String state = failed.evidence().fact("/workflow_runs/0/status").orElse("not completed");
      return underWay(reading, "the newest is " + state + ", though none is counted as under way");
    }
    return outcome.status().opens() ? counted : outcome;
  }

  private Outcome underWay(CheckContext reading, String found) {
    return Outcome.failed(
        Finding.of("workflow.runs", "a run of " + name + " is under way")
            .withExpected("none")
            .withFound(found)
            .withFix("wait for it to end, or cancel it"),
        reading.evidence());
  }

  @Override
  public String toString() {
    return "workflow " + name + " (not yet a step: say disabled(), enabled() or isIdle())";
  }
}

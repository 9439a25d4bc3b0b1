package dev.gatehouse.core.tell;

import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What is known of who called for a run, beside the account it runs under: commit, actor, link. It
 * stands in the journal, in reports and in notices; whoever it names counts as having started the
 * run, and so cannot agree to it.
 *
 * <p>It is what the environment says, and proves nothing by itself: whoever may start the process
 * may set it. Immutable.
 *
 * @since 0.1
 */
public final class Facts {

  /** Nothing is known. */
  public static final Facts NONE = new Facts(Map.of(), List.of());

  private final Map<String, String> known;
  private final List<String> actors;

  private Facts(Map<String, String> known, List<String> actors) {
    this.known = Collections.unmodifiableMap(known);
    this.actors = List.copyOf(actors);
  }

  /**
   * Of a GitHub Actions job: commit, ref, workflow, both the actor and who triggered this attempt,
   * and the link to the job's run.
   *
   * @throws Refusal {@code facts.missing} when this process is none, or names no actor
   */
  public static Facts fromGitHub() {
    return fromGitHub(System.getenv()::get);
  }

  /** The same in another environment. */
  public static Facts fromGitHub(Function<String, String> environment) {
    Environment github = new Environment("a GitHub Actions job", environment);
    String link =
        github.needed("GITHUB_SERVER_URL")
            + "/"
            + github.needed("GITHUB_REPOSITORY")
            + "/actions/runs/"
            + github.needed("GITHUB_RUN_ID");
    return NONE.with("commit", github.needed("GITHUB_SHA"))
        .with("ref", github.known("GITHUB_REF"))
        .with("workflow", github.known("GITHUB_WORKFLOW"))
        .with("link", link)
        .with("attempt", github.known("GITHUB_RUN_ATTEMPT"))
        .by("actor", github.needed("GITHUB_ACTOR"))
        .by("triggered by", github.known("GITHUB_TRIGGERING_ACTOR"));
  }

  /**
   * Of a GitLab CI job: commit, ref, who started it, and the link to the job.
   *
   * @throws Refusal {@code facts.missing} when this process is none, or names no user
   */
  public static Facts fromGitLab() {
    return fromGitLab(System.getenv()::get);
  }

  /** The same in another environment. */
  public static Facts fromGitLab(Function<String, String> environment) {
    Environment gitlab = new Environment("a GitLab CI job", environment);
    return NONE.with("commit", gitlab.needed("CI_COMMIT_SHA"))
        .with("ref", gitlab.known("CI_COMMIT_REF_NAME"))
        .with("link", gitlab.needed("CI_JOB_URL"))
        .by("actor", gitlab.needed("GITLAB_USER_LOGIN"));
  }

  /**
   * Of a process that was told by {@code GATEHOUSE_COMMIT}, {@code GATEHOUSE_ACTOR} and {@code
   * GATEHOUSE_LINK}.
   *
   * @throws Refusal {@code facts.missing} when it names no actor
   */
  public static Facts fromEnvironment() {
    return fromEnvironment(System.getenv()::get);
  }

  /** The same in another environment. */
  public static Facts fromEnvironment(Function<String, String> environment) {
    Environment plain = new Environment("an environment that says so", environment);
    return NONE.with("commit", plain.known("GATEHOUSE_COMMIT"))
        .with("link", plain.known("GATEHOUSE_LINK"))
        .by("actor", plain.needed("GATEHOUSE_ACTOR"));
  }

  /** One more fact; an empty one is none. */
  public Facts with(String name, String value) {
    if (value.isBlank()) {
      return this;
    }
    Map<String, String> more = new LinkedHashMap<>(known);
    more.put(name, value.strip());
    return new Facts(more, actors);
  }

  /** One more fact that names somebody who called for the run. */
  public Facts by(String name, String who) {
    if (who.isBlank()) {
      return this;
    }
    List<String> more = new ArrayList<>(actors);
    more.add(who.strip());
    return new Facts(with(name, who).known, more);
  }

  /** All of it, by name, in order. */
  public Map<String, String> known() {
    return known;
  }

  /** Whoever called for the run, as the environment names them. */
  public List<String> actors() {
    return actors;
  }

  private record Environment(String kind, Function<String, String> of) {
    String known(String variable) {
      return Optional.ofNullable(of.apply(variable)).orElse("");
    }

    /** Where nobody is named, nobody would be kept from agreeing to what they started. */
    String needed(String variable) {
      String value = known(variable);
      if (value.isBlank()) {
        throw new Refusal(
            Finding.of("facts.missing", "the environment does not say who called for the run")
                .withExpected(kind + ", where " + variable + " is set")
                .withFound(variable + " is not set, or empty")
                .withFix("leave withFacts(...) out where it does not run as " + kind));
      }
      return value;
    }
  }
}

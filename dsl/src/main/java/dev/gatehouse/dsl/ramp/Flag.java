package dev.gatehouse.dsl.ramp;

import dev.gatehouse.core.model.ChangeWithoutUndo;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.NamedCheck;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.dsl.http.HttpChange;
import dev.gatehouse.dsl.http.HttpNumber;
import dev.gatehouse.dsl.words.Names;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.IntFunction;

/**
 * A number elsewhere that says how much of something is open, such as the percentage of requests
 * that a new version gets. Set by comparing first, so that what somebody else has set since stays;
 * in the moment between the two as well where it is kept in the target, or by an endpoint that
 * honours {@code If-Match}.
 *
 * <p>Immutable, as far as what it reads and sets is. Not a step: {@code ramp(flag)} makes steps.
 *
 * @since 0.1
 */
public final class Flag {

  /** How a flag of your own is set. */
  @FunctionalInterface
  public interface Setting {
    void set(int percent) throws Exception;
  }

  private final String name;
  private final FlagStore store;

  private Flag(String name, FlagStore store) {
    this.name = Names.checked(name);
    this.store = store;
  }

  /**
   * In the target, set in a transaction. Needs SELECT and UPDATE on its table.
   *
   * @param select yields the one number, such as {@code select pct from flags where name =
   *     'ingest'}
   * @param update with two parameters, the number and what it must be before: {@code update flags
   *     set pct = ? where name = 'ingest' and pct = ?}
   */
  public static Flag inTarget(String name, String select, String update) {
    return new Flag(name, new FlagInTarget(select, update));
  }

  /** A file that holds the number alone; replaced by a rename, readable as it was. */
  public static Flag file(String name, Path file) {
    return new Flag(name, FlagElsewhere.file(file));
  }

  /**
   * Your own, as a feature-flag service has it; set by an effect outside of the database.
   *
   * @param where what the plan says of it
   */
  public static Flag of(String name, String where, Callable<Integer> get, Setting set) {
    return new Flag(name, new FlagElsewhere(where, get, set));
  }

  /**
   * At an endpoint that tells the number, set by a request: {@code Flag.http("ingest",
   * app.get("/flags/ingest").number("percent"), percent ->
   * app.put("/flags/ingest").withJson("{\"percent\":" + percent + "}"))}. Compared before and read
   * again after; where the answer is lost, what it tells then decides.
   *
   * <p>Where the number comes with a strong ETag and is set at the same address, the request has it
   * as {@code If-Match}, and status 412 fails the step: somebody else has changed it. Elsewhere
   * what is set between the look and the request is overwritten, which the plan says.
   */
  public static Flag http(String name, HttpNumber number, IntFunction<HttpChange> set) {
    return new Flag(name, new FlagByHttp(number, set));
  }

  /** Name as plans and reports have it. */
  public String name() {
    return name;
  }

  String at(int percent) {
    return name + " at " + percent + " %";
  }

  /** Sets it, if it is as it was left. */
  ChangeWithoutUndo set(int left, int to) {
    return ChangeWithoutUndo.of(at(to), reading -> store.bind(reading, name, Set.of(left), to))
        .withSecrets(store.secrets(to));
  }

  /** Sets it back, if it is as one of us left it, or back already. */
  ChangeWithoutUndo back(Set<Integer> written, int to) {
    return ChangeWithoutUndo.of(
            name + " back to " + to + " %", reading -> store.bind(reading, name, written, to))
        .withSecrets(store.secrets(to));
  }

  /** That nobody else has set it meanwhile. */
  Check is(int percent) {
    return NamedCheck.of(
            "nobody else has set " + at(percent),
            reading -> List.of(store + " is " + percent),
            reading -> look(reading, percent))
        .withSecrets(List.of(store.secrets(percent)));
  }

  private Outcome look(CheckContext reading, int percent) throws Exception {
    int found = store.get(reading);
    return found == percent
        ? Outcome.passed(reading.evidence().with("percent", found))
        : Outcome.failed(
            moved(name, Set.of(percent), found), reading.evidence().with("percent", found));
  }

  static Finding moved(String name, Set<Integer> expected, int found) {
    String values =
        expected.stream().sorted().map(String::valueOf).reduce((a, b) -> a + " or " + b).orElse("");
    return Finding.of("flag.moved", "flag '" + name + "' was set by somebody else")
        .withExpected(values)
        .withFound(String.valueOf(found))
        .withFix("ask who set it and why; it stays as it is");
  }

  @Override
  public String toString() {
    return "flag '" + name + "', " + store;
  }
}

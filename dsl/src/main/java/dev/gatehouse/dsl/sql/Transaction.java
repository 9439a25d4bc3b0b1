package dev.gatehouse.dsl.sql;

import dev.gatehouse.core.dialect.Dialect;
import dev.gatehouse.core.dialect.ForeignKeyEnforcement;
import dev.gatehouse.core.dialect.Rehearsals;
import dev.gatehouse.core.dialect.ScriptReader.ScriptStatement;
import dev.gatehouse.core.dialect.ScriptReader.Shadow;
import dev.gatehouse.core.dialect.TimeLimits;
import dev.gatehouse.core.dialect.TimeLimits.Limits;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.Effect;
import dev.gatehouse.core.model.EffectContext;
import dev.gatehouse.core.model.Outline.Reach;
import dev.gatehouse.core.model.Step;
import dev.gatehouse.core.model.TransactionPart;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.core.outcome.StepFailed;
import dev.gatehouse.dsl.words.Names;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Parts that are applied all or not at all, bound to a target.
 *
 * @param limiting sets the limits; absent when there are none to set
 * @param suspending switches foreign keys off; absent when they are to be enforced
 * @param asked names of the checks behind the last statement
 */
record Transaction(
    List<TransactionPart.Pinned> pinned,
    TransactionOptions options,
    Optional<TimeLimits> limiting,
    Optional<ForeignKeyEnforcement> suspending,
    Reach reach,
    List<String> asked)
    implements Effect.InTransaction {
  private static final int MOST_ATTEMPTS = 20;
  private static final int MOST_SHOWN = 10;

  /** What a change of these parts is called when nobody names it. */
  static String words(List<TransactionPart> parts) {
    String words = String.join(", ", parts.stream().map(Object::toString).toList());
    return Names.ofSql("in one transaction: " + words);
  }

  static List<Secret> secrets(List<TransactionPart> parts) {
    return steps(parts).flatMap(step -> step.secrets().stream()).toList();
  }

  static List<Step> needed(List<TransactionPart> parts) {
    return steps(parts).flatMap(step -> step.refersTo().stream()).distinct().toList();
  }

  private static Stream<Step> steps(List<TransactionPart> parts) {
    return parts.stream().filter(Step.class::isInstance).map(Step.class::cast);
  }

  static Transaction bind(
      List<TransactionPart> parts, TransactionOptions options, CheckContext reading)
      throws Exception {
    Optional<TimeLimits> limiting = limiting(reading, options.limits());
    Optional<ForeignKeyEnforcement> suspending = suspending(reading, options);
    List<TransactionPart.Pinned> pinned = new ArrayList<>();
    CheckContext before = reading;
    for (TransactionPart part : parts) {
      pinned.add(part.pin(before));
      if (!(part instanceof Check)) {
        before = new BehindStatements(reading);
      }
    }
    refuseTogether(reading, pinned, suspending.isEmpty());
    List<ScriptStatement> statements =
        pinned.stream().flatMap(part -> part.statements().stream()).toList();
    Reach reach = reach(reading.target().dialect(), statements);
    return new Transaction(
        List.copyOf(pinned), options, limiting, suspending, reach, askedBehind(parts));
  }

  /** Only these tell anything of what the statements leave. */
  private static List<String> askedBehind(List<TransactionPart> parts) {
    List<String> asked = new ArrayList<>();
    for (TransactionPart part : parts) {
      if (part instanceof Check check) {
        asked.add(check.name());
      } else {
        asked.clear();
      }
    }
    return List.copyOf(asked);
  }

  @Override
  public Optional<String> comparison() {
    return asked.isEmpty()
        ? Optional.empty()
        : Optional.of("by '" + String.join("', '", asked) + "'");
  }

  /** Whether all of it is in the target, none of it, or one half. */
  static Reach reach(Dialect dialect, List<ScriptStatement> statements) {
    Set<Boolean> beyond =
        statements.stream()
            .map(one -> dialect.scripts().filter(by -> by.reachesBeyond(one)).isPresent())
            .collect(Collectors.toSet());
    if (beyond.contains(true)) {
      return beyond.contains(false) ? Reach.BOTH : Reach.BESIDE;
    }
    return Reach.TARGET;
  }

  /** What no statement shows by itself. */
  private static void refuseTogether(
      CheckContext reading, List<TransactionPart.Pinned> pinned, boolean foreignKeys)
      throws SQLException {
    List<ScriptStatement> statements =
        pinned.stream().flatMap(part -> part.statements().stream()).toList();
    Dialect dialect = reading.target().dialect();
    if (dialect.scripts().isPresent() && !statements.isEmpty()) {
      dialect.scripts().get().refuseTogether(reading.connection(), statements);
    }
    Optional<ForeignKeyEnforcement> enforced =
        dialect.foreignKeys().filter(any -> foreignKeys && !statements.isEmpty());
    if (enforced.isPresent()) {
      Optional<Connection> target =
          reading.targetIsFinal() ? Optional.of(reading.connection()) : Optional.empty();
      enforced.get().refuseLosses(target, statements);
    }
  }

  private static Optional<ForeignKeyEnforcement> suspending(
      CheckContext reading, TransactionOptions options) {
    if (options.foreignKeys()) {
      return Optional.empty();
    }
    Optional<ForeignKeyEnforcement> known = reading.target().dialect().foreignKeys();
    if (known.isEmpty()) {
      throw new Refusal(
          Finding.of("dialect.foreign-keys", "foreign keys cannot be switched off here")
              .withExpected("a dialect whose sessions choose whether foreign keys are enforced")
              .withFound(reading.target().dialect().name() + " enforces them always")
              .withFix("take withoutForeignKeys() out for this target"));
    }
    return known;
  }

  /** What sets the limits; absent when there are none to set. */
  static Optional<TimeLimits> limiting(CheckContext reading, Limits limits) throws SQLException {
    if (limits.equals(Limits.NONE)) {
      return Optional.empty();
    }
    Optional<TimeLimits> limiting = reading.target().dialect().limits(reading.connection());
    if (limiting.isEmpty()) {
      throw new Refusal(
          Finding.of("dialect.no-limits", "locks and statements cannot be limited in time here")
              .withExpected("a dialect whose sessions have such limits")
              .withFound(reading.target().dialect().name() + " has none")
              .withFix("take withLockTimeout and withStatementTimeout out for this target"));
    }
    return limiting;
  }

  /** The line that says it; none when it is tried once. */
  static List<String> retried(int attempts) {
    return attempts == 1
        ? List.of()
        : List.of("-- tried up to " + attempts + " times while others stand in its way");
  }

  /**
   * @throws IllegalArgumentException when that is not a number of attempts anybody wants
   */
  static int attempts(int attempts) {
    if (attempts < 2 || attempts > MOST_ATTEMPTS) {
      throw new IllegalArgumentException(
          "attempts is " + attempts + ": give 2 to " + MOST_ATTEMPTS + ", the first included");
    }
    return attempts;
  }

  @Override
  public List<String> preview() {
    Stream<String> limited = limiting.stream().flatMap(by -> by.preview(options.limits()).stream());
    Stream<String> first =
        Stream.of(
                retried(options.attempts()).stream(),
                suspending.stream().flatMap(by -> by.preview().stream()),
                limited)
            .flatMap(lines -> lines);
    return Stream.concat(first, pinned.stream().flatMap(part -> part.preview().stream())).toList();
  }

  @Override
  public int attempts() {
    return options.attempts();
  }

  /** Checks alone are asked as often as one likes. */
  @Override
  public boolean once() {
    return pinned.stream().anyMatch(part -> !part.statements().isEmpty());
  }

  /** In a transaction it would have no effect. The session ends with the step, and this with it. */
  @Override
  public Prepared prepare(EffectContext working) throws Exception {
    if (suspending.isPresent()) {
      suspending.get().suspend(working.connection());
    }
    return this::apply;
  }

  @Override
  public Evidence apply(EffectContext working) throws Exception {
    if (limiting.isPresent()) {
      limiting.get().impose(working.connection(), options.limits());
    }
    if (suspending.isEmpty()) {
      return applyParts(working);
    }
    ForeignKeyEnforcement references = suspending.get();
    List<String> stood = references.goingWithTables(working.connection());
    Map<String, Long> before = references.broken(working.connection());
    Evidence evidence = applyParts(working);
    Map<String, Long> after = references.broken(working.connection());
    refuseBroken(before, after);
    List<String> gone = new ArrayList<>(stood);
    gone.removeAll(references.goingWithTables(working.connection()));
    Evidence proved =
        evidence.with(
            "references broken", after.isEmpty() ? "none" : after.size() + ", none of them new");
    return gone.isEmpty() ? proved : proved.with("gone", String.join("; ", gone));
  }

  private static void refuseBroken(Map<String, Long> before, Map<String, Long> after) {
    List<String> broken =
        after.entrySet().stream()
            .filter(entry -> entry.getValue() > before.getOrDefault(entry.getKey(), 0L))
            .map(entry -> entry.getKey() + " (rows: " + entry.getValue() + ")")
            .toList();
    if (!broken.isEmpty()) {
      String more =
          broken.size() > MOST_SHOWN ? "\nand " + (broken.size() - MOST_SHOWN) + " more" : "";
      throw new StepFailed(
          Finding.of("foreign-keys.broken", "the change would leave references that lead nowhere")
              .withExpected("no broken reference that was not broken before")
              .withFound(
                  String.join("\n", broken.subList(0, Math.min(MOST_SHOWN, broken.size()))) + more)
              .withFix("correct the scripts and plan again; nothing was changed"));
    }
  }

  private Evidence applyParts(EffectContext working) throws Exception {
    long changed = 0;
    List<String> ended = new ArrayList<>();
    List<String> besides = new ArrayList<>();
    boolean scripted = false;
    try (Others others = Others.around(working, options.attempts())) {
      try {
        for (TransactionPart.Pinned part : pinned) {
          working.progress().continuing();
          if (scripted && part.statements().isEmpty()) {
            refuseShadows(working);
          }
          TransactionPart.Applied applied = part.apply(working);
          changed += applied.rows();
          ended.addAll(applied.ended());
          besides.addAll(applied.besides());
          scripted |= !part.statements().isEmpty();
        }
        settle(working);
      } catch (StepFailed failed) {
        throw others.told(failed);
      }
    }
    Evidence evidence =
        working.evidence().with("parts", pinned.size()).with("rowsChanged", changed);
    if (!besides.isEmpty()) {
      evidence = evidence.with("besides", String.join("; ", besides));
    }
    return ended.isEmpty()
        ? evidence
        : evidence.with("ended with its script", String.join("; ", ended));
  }

  /** A check that asks for a table by its name would be answered by a script's own. */
  private static void refuseShadows(EffectContext working) throws SQLException {
    List<Shadow> shadowing =
        working.target().dialect().scripts().isEmpty()
            ? List.of()
            : working.target().dialect().scripts().get().shadowing(working.connection());
    if (!shadowing.isEmpty()) {
      throw new StepFailed(
          Finding.of("scripts.temporary", "a script left temporary tables in the way of the checks")
              .withExpected("no temporary table that is called as one which a check may ask for")
              .withFound(String.join(", ", shadowing.stream().map(Shadow::name).toList()))
              .withFix(
                  "end the script with "
                      + String.join("; ", shadowing.stream().map(Shadow::drop).toList())
                      + "; or give the temporary table another name"));
    }
  }

  /** What waits for the commit is asked before it, while its error can still be told as one. */
  private static void settle(EffectContext working) throws SQLException {
    Dialect dialect = working.target().dialect();
    Optional<Rehearsals> asking = dialect.rehearsals();
    if (asking.isEmpty()) {
      return;
    }
    try {
      asking.get().checkDeferredConstraints(working.connection());
    } catch (SQLException e) {
      if (dialect.concurrency().inDoubt(working.connection(), e)) {
        throw e;
      }
      StepFailed failed =
          new StepFailed(
              Finding.of("statement.failed", "the change could not have been committed")
                  .withExpected("constraints that hold when the transaction ends")
                  .withFound(Query.message(e))
                  .withFix("correct the statements and plan again; nothing was changed"));
      failed.initCause(e);
      throw failed;
    }
  }
}

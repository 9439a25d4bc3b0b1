package dev.gatehouse.dsl.sql;

import dev.gatehouse.core.dialect.NonTransactionalStatements;
import dev.gatehouse.core.dialect.NonTransactionalStatements.NonTransactional;
import dev.gatehouse.core.dialect.ScriptReader.ScriptStatement;
import dev.gatehouse.core.dialect.TimeLimits;
import dev.gatehouse.core.dialect.TimeLimits.Limits;
import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.model.ChangeWithoutUndo;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.Effect;
import dev.gatehouse.core.model.Outline.Reach;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.dsl.words.Names;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One statement that no transaction can hold. Not yet a step: say {@code undoneBy(step)} or {@code
 * cannotBeUndone("why")}.
 *
 * <p>After a crash it is looked at, and not simply executed again. What an index looks like whose
 * build failed, the dialect knows, and which one was there before; for other statements say {@link
 * #appliedWhen}.
 *
 * <p>Immutable. Writes what its statement writes; the account needs the privileges of that, and on
 * PostgreSQL those of the table's owner, as whom an invalid index is dropped.
 *
 * @since 0.1
 */
public final class OutsideTransaction extends ChangeWithoutUndo {
  private final Statements statement;
  private final Optional<Query> appliedWhen;
  private final Limits limits;
  private final int attempts;
  private final Optional<String> name;

  private OutsideTransaction(
      Statements statement,
      Optional<Query> appliedWhen,
      Limits limits,
      int attempts,
      Optional<String> name) {
    super(
        nameOf(statement, name),
        reading -> bind(statement, appliedWhen, limits, attempts, false, reading),
        List.of(),
        List.of());
    this.statement = statement;
    this.appliedWhen = appliedWhen;
    this.limits = limits;
    this.attempts = attempts;
    this.name = name;
  }

  private static String nameOf(Statements statement, Optional<String> name) {
    return name.orElse(Names.ofSql("outside of transactions: " + statement));
  }

  public static OutsideTransaction of(Statements statement) {
    return new OutsideTransaction(statement, Optional.empty(), Limits.NONE, 1, Optional.empty());
  }

  /**
   * The same statement, which has taken effect when this query yields a row: {@code
   * appliedWhen("select 1 from pg_database where datname = 'shop'")}. Needed where the dialect
   * cannot tell by itself.
   *
   * <p>Where it yields a row before, the step fails with nothing done. Where it yields none
   * although the statement has returned, the run asks a person what became of it.
   */
  public OutsideTransaction appliedWhen(String query) {
    return new OutsideTransaction(statement, Optional.of(Query.of(query)), limits, attempts, name);
  }

  /**
   * The same statement, giving up when it has queued that long for a lock.
   *
   * @throws IllegalArgumentException when the limit is less than a millisecond
   */
  public OutsideTransaction withLockTimeout(Duration limit) {
    return new OutsideTransaction(statement, appliedWhen, limits.withLock(limit), attempts, name);
  }

  /**
   * The same statement, giving up when it has taken that long. Default: the session's own limit.
   *
   * @throws IllegalArgumentException when the limit is less than a millisecond
   */
  public OutsideTransaction withStatementTimeout(Duration limit) {
    return new OutsideTransaction(
        statement, appliedWhen, limits.withStatement(limit), attempts, name);
  }

  /**
   * The same statement, tried up to that often while others stand in its way: a lock that does not
   * come free in time, a deadlock, a transaction that cannot be put into an order with another, a
   * busy file. Each time only when nothing took effect, by the dialect's or your own probe; never
   * when the outcome is in doubt. Waits 0.2 s before the second attempt and twice as long before
   * each further one, at most 5 s.
   *
   * @param attempts in all, the first included
   * @throws IllegalArgumentException when that is less than 2 or more than 20
   */
  public OutsideTransaction retrying(int attempts) {
    return new OutsideTransaction(
        statement, appliedWhen, limits, Transaction.attempts(attempts), name);
  }

  /** The same statement under the name that the checklist has for it. */
  @Override
  public OutsideTransaction named(String newName) {
    return new OutsideTransaction(
        statement, appliedWhen, limits, attempts, Optional.of(Names.checked(newName)));
  }

  /**
   * What was so before is not undone: where it is, the step is refused, or fails with nothing done.
   */
  @Override
  public Change undoneBy(Change step) {
    return step.rewindsTo().isPresent()
        ? super.undoneBy(step)
        : ChangeWithoutUndo.of(
                nameOf(statement, name),
                reading -> bind(statement, appliedWhen, limits, attempts, true, reading))
            .undoneBy(step);
  }

  private static Effect bind(
      Statements statement,
      Optional<Query> appliedWhen,
      Limits limits,
      int attempts,
      boolean takenBack,
      CheckContext reading)
      throws Exception {
    NonTransactionalStatements known =
        reading.target().dialect().nonTransactionalStatements().orElseThrow(() -> cannot(reading));
    NonTransactional lone = known.read(statement.one());
    if (appliedWhen.isEmpty() && lone.probe(reading.connection()).isEmpty()) {
      throw new Refusal(
          Finding.of("lone.no-probe", "nobody could tell whether a statement has taken effect")
              .withExpected("a query that yields a row once it has")
              .withFound(lone.sql())
              .withFix("outsideTransaction(sql(\"...\")).appliedWhen(\"select 1 from ...\")"));
    }
    Optional<TimeLimits> limiting = Transaction.limiting(reading, limits);
    List<String> lines =
        appliedWhen.isPresent()
            ? appliedWhen.get().plan(reading)
            : lone.plan(reading.connection(), reading.targetIsFinal());
    ScriptStatement alone = new ScriptStatement("sql", 1, lone.sql());
    Reach reach = Transaction.reach(reading.target().dialect(), List.of(alone));
    NonTransactionalEffect effect =
        new NonTransactionalEffect(
            lone, appliedWhen, lines, limits, limiting, attempts, takenBack, reach);
    if (takenBack && reading.targetIsFinal()) {
      effect
          .soAlready(reading)
          .ifPresent(
              so -> {
                throw new Refusal(so);
              });
    }
    return effect;
  }

  private static Refusal cannot(CheckContext reading) {
    return new Refusal(
        Finding.of("dialect.no-lone-statements", "nothing stands outside of transactions here")
            .withExpected("a dialect that knows statements which no transaction holds")
            .withFound(reading.target().dialect().name() + " knows none")
            .withFix("inOneTransaction(sql(\"...\")), or another target"));
  }
}

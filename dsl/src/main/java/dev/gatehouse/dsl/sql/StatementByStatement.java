package dev.gatehouse.dsl.sql;

import dev.gatehouse.core.dialect.TimeLimits.Limits;
import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.model.ChangeWithoutUndo;
import dev.gatehouse.dsl.words.Names;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Statements that no transaction holds, one after the other, each with a record of its own. Not yet
 * a step: say {@link #undoneBy(Statements)}, {@code undoneBy(step)} or {@code
 * cannotBeUndone("why")}.
 *
 * <p>When a statement fails or the run is stopped, those before it stay in effect, unless {@link
 * #takenBackBy} has what takes them back; reports say "3 of 7 applied, 2 taken back" and name what
 * stays. After a crash the one statement is looked at whose end nobody saw, and the run goes on
 * behind the last that is in effect.
 *
 * <p>What is so before a statement is executed counts as found, not as applied, and is never taken
 * back. Where a transaction can hold a statement, it is refused while planning and belongs to
 * {@code inOneTransaction(...)}, which is all or nothing.
 *
 * <p>Immutable. Writes what its statements write; the account needs the privileges of that.
 *
 * @since 0.1
 */
public final class StatementByStatement extends ChangeWithoutUndo {
  private final SequenceOptions options;
  private final Optional<String> name;

  private StatementByStatement(SequenceOptions options, Optional<String> name) {
    super(
        name.orElse(words(options)),
        reading -> SequenceBinding.bind(options, reading),
        List.of(),
        List.of());
    this.options = options;
    this.name = name;
  }

  public static StatementByStatement of(Statements first, Statements... rest) {
    List<Statements> all = new ArrayList<>(List.of(rest));
    all.add(0, first);
    return new StatementByStatement(
        new SequenceOptions(all, Optional.empty(), Limits.NONE, 1), Optional.empty());
  }

  private static String words(SequenceOptions options) {
    String all = String.join(", ", options.statements().stream().map(Object::toString).toList());
    return Names.ofSql("statement by statement: " + all);
  }

  private StatementByStatement with(SequenceOptions other) {
    return new StatementByStatement(other, name);
  }

  /**
   * The same statements, of which those that are in effect are taken back when a later one fails:
   * last first, up to one that nothing takes back. A script is taken back by the script of the same
   * name among these, which holds as many statements: its last takes back the other's first.
   */
  public StatementByStatement takenBackBy(Statements undo) {
    return with(options.takenBackBy(undo));
  }

  /**
   * The same, taken back by these also when all of it is in effect and a later step fails. Each
   * script needs one that takes it back.
   *
   * @see #takenBackBy
   */
  public Change undoneBy(Statements undo) {
    StatementByStatement both = takenBackBy(undo);
    return both.undoneBy(
        ChangeWithoutUndo.of(
            Names.ofSql("statement by statement: " + undo),
            reading -> SequenceBinding.bindBackwards(both.options, reading)));
  }

  /**
   * The same statements, each giving up when it has queued that long for a lock.
   *
   * @throws IllegalArgumentException when the limit is less than a millisecond
   */
  public StatementByStatement withLockTimeout(Duration limit) {
    return with(options.with(options.limits().withLock(limit)));
  }

  /**
   * The same statements, each giving up when it has taken that long. Default: the session's own
   * limit.
   *
   * @throws IllegalArgumentException when the limit is less than a millisecond
   */
  public StatementByStatement withStatementTimeout(Duration limit) {
    return with(options.with(options.limits().withStatement(limit)));
  }

  /**
   * The same statements, tried up to that often while others stand in their way, each time from the
   * statement on that met them, and only when nothing of that one took effect. Waits as {@link
   * OutsideTransaction#retrying}.
   *
   * @param attempts of the whole sequence, the first included
   * @throws IllegalArgumentException when that is less than 2 or more than 20
   */
  public StatementByStatement retrying(int attempts) {
    return with(options.with(Transaction.attempts(attempts)));
  }

  /** The same statements under the name that the checklist has for them. */
  @Override
  public StatementByStatement named(String newName) {
    return new StatementByStatement(options, Optional.of(Names.checked(newName)));
  }
}

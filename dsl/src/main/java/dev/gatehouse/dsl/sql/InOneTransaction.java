package dev.gatehouse.dsl.sql;

import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.model.ChangeWithoutUndo;
import dev.gatehouse.core.model.TransactionPart;
import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.dsl.Gatehouse;
import dev.gatehouse.dsl.words.Names;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Scripts, statements and checks that are applied all or not at all. Not yet a step: say {@code
 * undoneBy(step)} or {@code cannotBeUndone("why")}.
 *
 * <p>Immutable. Writes what its statements write; the account needs the privileges of each of them
 * and of each check.
 *
 * @since 0.1
 */
public final class InOneTransaction extends ChangeWithoutUndo {
  /** The fact under which a trial reports what the catalogue would be changed to. */
  public static final String WOULD_CHANGE = "wouldChange";

  private final List<TransactionPart> parts;
  private final TransactionOptions options;
  private final Optional<String> name;

  private InOneTransaction(
      List<TransactionPart> parts, TransactionOptions options, Optional<String> name) {
    super(
        name.orElse(Transaction.words(parts)),
        reading -> Transaction.bind(parts, options, reading),
        Transaction.secrets(parts),
        Transaction.needed(parts));
    this.parts = parts;
    this.options = options;
    this.name = name;
  }

  public static InOneTransaction of(List<TransactionPart> parts) {
    return new InOneTransaction(List.copyOf(parts), TransactionOptions.DEFAULT, Optional.empty());
  }

  /**
   * The same change, giving up when one of its statements has queued that long for a lock, so that
   * nobody queues behind it any longer. Refused while planning where sessions have no such limit.
   *
   * @throws IllegalArgumentException when the limit is less than a millisecond
   */
  public InOneTransaction withLockTimeout(Duration limit) {
    return new InOneTransaction(parts, options.with(options.limits().withLock(limit)), name);
  }

  /**
   * The same change, giving up when one of its statements has taken that long. Refused while
   * planning where sessions have no such limit.
   *
   * @throws IllegalArgumentException when the limit is less than a millisecond
   */
  public InOneTransaction withStatementTimeout(Duration limit) {
    return new InOneTransaction(parts, options.with(options.limits().withStatement(limit)), name);
  }

  /**
   * The same change, tried up to that often while others stand in its way: a lock that does not
   * come free in time, a deadlock, a transaction that cannot be put into an order with another, a
   * busy file. Each time only when nothing took effect and the transaction was rolled back; never
   * when the outcome is in doubt. Waits 0.2 s before the second attempt and twice as long before
   * each further one, at most 5 s.
   *
   * @param attempts in all, the first included
   * @throws IllegalArgumentException when that is less than 2 or more than 20
   */
  public InOneTransaction retrying(int attempts) {
    return new InOneTransaction(parts, options.tried(Transaction.attempts(attempts)), name);
  }

  /**
   * The same change without foreign keys being enforced meanwhile, as a table is rebuilt that
   * others refer to: they are switched off before the transaction begins and are on again when it
   * has ended, however it ends. Just before the commit every reference is looked at, and one that
   * leads to no row, or to no table, and was not broken before the transaction stops it all.
   * References, indexes and triggers that were not made again are named as gone in the evidence.
   * Reads all rows of tables with references, twice.
   *
   * <p>Scripts may hold {@code PRAGMA foreign_keys} then, which does nothing inside a transaction.
   * SQLite only; refused while planning elsewhere.
   */
  public InOneTransaction withoutForeignKeys() {
    return new InOneTransaction(parts, options.withoutForeignKeys(), name);
  }

  /** Reversed by these statements, in one transaction: {@code undoneBy(inOneTransaction(...))}. */
  public Change undoneBy(Statements undo) {
    return undoneBy(InOneTransaction.of(List.of(undo)));
  }

  /** The same change under the name that the checklist has for it. */
  @Override
  public InOneTransaction named(String newName) {
    return new InOneTransaction(parts, options, Optional.of(Names.checked(newName)));
  }

  /** As {@link Gatehouse#trial} makes it. */
  public Change trial() {
    String trial =
        name.map(given -> "trial: " + given)
            .orElseGet(() -> Names.ofSql("trial: " + Transaction.words(parts)));
    return ChangeWithoutUndo.of(
            trial, reading -> Trial.of(Transaction.bind(parts, options.tried(1), reading), reading))
        .referringTo(Transaction.needed(parts))
        .withSecrets(Transaction.secrets(parts).toArray(Secret[]::new))
        .nothingToUndo("a trial rolls back whatever it did");
  }
}

package dev.gatehouse.dsl.access;

import dev.gatehouse.core.dialect.RoleProbes.Actor;
import dev.gatehouse.core.model.NamedCheck;
import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.dsl.sql.Statements;
import dev.gatehouse.dsl.words.Names;
import java.util.Optional;

/**
 * A role that is assumed, so that what it can do is tried and not read: {@code
 * actingAs("analyst_ro").isDenied(SELECT).on("eng.*")}.
 *
 * <p>What {@code grantee(...)} computes from the catalogue, this attempts. Attempts are made in a
 * session of their own, in a transaction that is never committed; inside {@code
 * inOneTransaction(...)} in that transaction, so that they see what it is about to commit. Each is
 * taken back at once. What no transaction takes back goes on: the next numbers of sequences, and
 * whatever functions and triggers that an attempt fires do outside of the database.
 *
 * <p>Needs an account that may SET ROLE to the role: a member of it, or a superuser. A role that
 * may not be assumed, and a superuser, are no answer: the check is INCONCLUSIVE.
 *
 * <p>Immutable.
 *
 * @since 0.1
 */
public final class ActingAs {
  private final Actor actor;

  public ActingAs(String role) {
    this(new Actor(role, Optional.empty()));
  }

  private ActingAs(Actor actor) {
    if (actor.name().isBlank()) {
      throw new IllegalArgumentException("role is blank");
    }
    this.actor = actor;
  }

  /**
   * The same account, which logs in with that secret: how MySQL and MariaDB are asked, where nobody
   * can become somebody else. The login must be the account's own, {@code user@host}; one that is
   * taken for another account is no answer. Statements are prepared there, which checks privileges,
   * and never executed; what is not checked before it is executed, such as TRUNCATE, is no answer.
   */
  public ActingAs loggingInWith(Secret secret) {
    return new ActingAs(new Actor(actor.name(), Optional.of(secret)));
  }

  /**
   * It can do each of these, with all columns.
   *
   * <p>SELECT reads the first row, and so computes what a view computes for it: a view that lost
   * what lies behind it fails. INSERT executes with the defaults of the columns; a row that only a
   * constraint keeps out counts as inserted, one that a policy keeps out is no answer. UPDATE and
   * DELETE are begun, and touch no row. TRUNCATE is executed: it locks the table for a moment.
   *
   * @throws IllegalArgumentException when a privilege is none that can be tried
   */
  public Attempts can(Privilege first, Privilege... rest) {
    return new Attempts(actor, false, Names.list(first, rest));
  }

  /**
   * It can do none of these, not with a single column. Only a rejection for want of a privilege
   * counts: row security that hides rows, an empty table, a name that is not there and a lock do
   * not.
   *
   * @throws IllegalArgumentException when a privilege is none that can be tried
   */
  public Attempts isDenied(Privilege first, Privilege... rest) {
    return new Attempts(actor, true, Names.list(first, rest));
  }

  /**
   * It can execute this one statement. A query may yield no row; a statement that writes must find
   * one, because row security hides rows without an error.
   *
   * @param statement {@code sql("select * from views.summary")}; names must say their schema
   * @throws IllegalArgumentException when it lies in a file
   */
  public NamedCheck can(Statements statement) {
    return StatementAttempt.check(actor, false, statement);
  }

  /**
   * This one statement is rejected, for want of a privilege or by row security. A statement that is
   * executed and finds no row is not rejected.
   *
   * @param statement {@code sql("delete from eng.orders")}; names must say their schema
   * @throws IllegalArgumentException when it lies in a file
   */
  public NamedCheck isDenied(Statements statement) {
    return StatementAttempt.check(actor, true, statement);
  }

  @Override
  public String toString() {
    return actor.name();
  }
}

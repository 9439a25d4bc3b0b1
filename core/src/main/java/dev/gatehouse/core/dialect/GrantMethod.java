package dev.gatehouse.core.dialect;

import dev.gatehouse.core.access.AccessObject;
import dev.gatehouse.core.access.EffectiveAccess;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.core.outcome.StepFailed;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Grants that are brought to what is wanted, by the difference in effect: in a transaction where
 * one holds GRANT and REVOKE, statement by statement where each commits.
 *
 * <p>Implementations are thread-safe and hold no connection.
 *
 * @since 0.1
 */
public sealed interface GrantMethod {

  /** What a wish says about privileges. */
  enum ClaimKind {
    /** These at least. */
    MAY,
    /** These, and no others. */
    MAY_ONLY,
    /** None of these. */
    MAY_NOT
  }

  /** What roles shall have on tables; each role and table is there. */
  record GrantClaim(
      List<String> roles, ClaimKind limit, Set<String> privileges, List<AccessObject> tables) {
    public GrantClaim {
      roles = List.copyOf(roles);
      privileges = Set.copyOf(privileges);
      tables = List.copyOf(tables);
    }
  }

  /**
   * All that is wanted.
   *
   * @param creators the roles on whose future tables the wishes hold as well
   * @param scope where surplus may be revoked; a pattern for each
   */
  record DesiredState(List<GrantClaim> wishes, List<String> creators, List<String> scope) {
    public DesiredState {
      wishes = List.copyOf(wishes);
      creators = List.copyOf(creators);
      scope = List.copyOf(scope);
    }
  }

  /** What is wanted, told by what there is. */
  @FunctionalInterface
  interface DesiredGrants {
    /**
     * Reads the wishes off the state before anything is done.
     *
     * @throws Refusal when a pattern matches nothing
     * @throws StepFailed when it must not begin
     */
    DesiredState in(EffectiveAccess before);
  }

  /** Privileges that a statement gave a role. */
  record Given(String role, AccessObject object, Set<String> privileges) {
    public Given {
      privileges = Set.copyOf(privileges);
    }
  }

  /**
   * What was done and is not yet committed, or what it would come to.
   *
   * @param statements exact SQL in the order of execution
   * @param notes what was left out and why, one sentence each
   * @param unfulfilled what the account could not do, or the server did not let it
   * @param given by those statements
   * @param roles all whose access may be another now
   * @param objects all to which access may be another now
   * @param made roles that are new
   * @param inverse what {@link InTransaction#reverse} needs; the dialect's own text
   */
  record GrantOutcome(
      EffectiveAccess before,
      EffectiveAccess after,
      List<String> statements,
      List<String> notes,
      List<Finding> unfulfilled,
      List<Given> given,
      List<String> roles,
      List<AccessObject> objects,
      List<String> made,
      String inverse) {
    public GrantOutcome {
      statements = List.copyOf(statements);
      notes = List.copyOf(notes);
      unfulfilled = List.copyOf(unfulfilled);
      given = List.copyOf(given);
      roles = List.copyOf(roles);
      objects = List.copyOf(objects);
      made = List.copyOf(made);
    }
  }

  /** Where a transaction holds GRANT and REVOKE: simulated by executing them, and rolled back. */
  non-sealed interface InTransaction extends GrantMethod {

    /**
     * What an undo did, not yet committed.
     *
     * @param statements exact SQL in the order of execution
     * @param notes what others changed or dropped meanwhile, one sentence each
     */
    record Reversed(List<String> statements, List<String> notes) {
      public Reversed {
        statements = List.copyOf(statements);
        notes = List.copyOf(notes);
      }
    }

    /**
     * Grants and revokes in the connection's open transaction, and reads what came of it.
     * Statements of others that meet the same object at the same moment are waited for; what they
     * do meanwhile is no part of the inverse.
     *
     * @param target which the connection leads to
     * @throws StepFailed when others kept it from happening
     */
    GrantOutcome reconcile(Target target, Connection connection, DesiredGrants wishes)
        throws SQLException;

    /**
     * The same in a transaction of its own that is rolled back, so that what it tells is not a
     * guess.
     */
    GrantOutcome simulate(Target target, DesiredGrants wishes) throws SQLException;

    /**
     * Executes statements as they were written in the connection's open transaction, and reads what
     * came of it.
     *
     * @param target which the connection leads to
     * @param secrets by the text that stands for each in a literal, and in nothing else; they are
     *     sent in a form that does not tell them
     * @throws Refusal when a statement does something else than make and alter roles, grant and
     *     revoke
     * @throws StepFailed when the server does not let one
     */
    GrantOutcome execute(
        Target target, Connection connection, List<String> statements, Map<String, Secret> secrets)
        throws SQLException;

    /** The same in a transaction of its own that is rolled back. */
    GrantOutcome simulate(Target target, List<String> statements, Map<String, Secret> secrets)
        throws SQLException;

    /**
     * Takes back in the connection's open transaction exactly what was done, and looks whether that
     * worked.
     *
     * @param inverse as {@link GrantOutcome} has it
     * @throws StepFailed when something of it could not be taken back
     */
    Reversed reverse(Connection connection, String inverse) throws SQLException;

    /** Keeps the text under that key with the open transaction, for a run whose end nobody saw. */
    void keep(Connection connection, String key, String inverse) throws SQLException;

    /** What was kept under that key. */
    Optional<String> kept(Connection connection, String key) throws SQLException;
  }

  /**
   * Where each GRANT and REVOKE commits: computed from the effective access, and executed one by
   * one.
   */
  non-sealed interface InSequence extends GrantMethod {

    /**
     * One statement, and how the world tells whether it happened.
     *
     * @param name what reports call it
     * @param sql exact; a secret by what stands for it
     * @param inverse what puts the entry back as it was, in this order
     * @param takes whether it takes something away, which may let another entry count
     * @param entry what it changes, in words of the dialect that {@link #entry} understands
     * @param before what the entry gives, as {@link #entry} tells it
     * @param after the same when it has been executed
     */
    record GrantStatement(
        String name,
        String sql,
        List<Back> inverse,
        boolean takes,
        String entry,
        String before,
        String after) {
      public GrantStatement {
        inverse = List.copyOf(inverse);
      }
    }

    /**
     * A statement that takes back, or a piece of it.
     *
     * @param leaves what the entry gives then
     */
    record Back(String sql, String leaves) {}

    /** What is to be executed, and what that comes to as far as the rules of the product go. */
    record Computed(GrantOutcome outcome, List<GrantStatement> statements) {
      public Computed {
        statements = List.copyOf(statements);
      }
    }

    /**
     * Reads, and changes nothing.
     *
     * @param reading a session for reading
     * @throws Refusal when the wishes cannot be expressed here
     */
    Computed compute(Connection reading, DesiredGrants wishes) throws SQLException;

    /** What an entry gives now. */
    String entry(Connection connection, String entry) throws SQLException;

    /** Executes one statement, which commits. */
    void execute(Connection connection, String sql) throws SQLException;

    /**
     * What came of statements, by what was read before and after.
     *
     * @param before and after, as the dialect's own reader has read them
     */
    GrantOutcome outcome(
        EffectiveAccess before, EffectiveAccess after, List<GrantStatement> statements);
  }
}

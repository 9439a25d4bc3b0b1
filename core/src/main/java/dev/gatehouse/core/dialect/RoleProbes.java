package dev.gatehouse.core.dialect;

import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Secret;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * Becoming a role and trying what it can do, with everything taken back: what the catalogue says
 * about privileges is a claim, and an attempt is the answer.
 *
 * <p>Implementations are thread-safe and hold no connection.
 *
 * @since 0.1
 */
public interface RoleProbes {

  /** Whatever is called as a command is: a privilege is as well. */
  interface CommandName {

    /** Such as {@code SELECT}. */
    String name();
  }

  /** What can be attempted on a table or view. */
  enum Command implements CommandName {
    SELECT,
    INSERT,
    UPDATE,
    DELETE,
    TRUNCATE
  }

  /** Who rejected an attempt. */
  enum DeniedBy {
    /** A privilege is missing: on the object, a column, its schema, or on what lies behind it. */
    PRIVILEGE,
    /** A policy does not let the row pass. */
    ROW_SECURITY
  }

  /** What came of an attempt. Told by codes of the server, never by its words. */
  sealed interface Answer {

    /**
     * It was executed.
     *
     * @param rows it returned or changed; 0 when nothing was asked of rows
     */
    record Allowed(long rows) implements Answer {}

    /** The server checked it and accepted it; it was not executed. */
    record Accepted() implements Answer {}

    /**
     * It was executed without an error, and there was no row for it. Row security that hides rows
     * answers like this, and so does an empty table.
     */
    record NoRows() implements Answer {}

    /** It was rejected. */
    record Rejected(DeniedBy by, String words) implements Answer {}

    /** Neither: it failed for another reason, and tells nothing about the role. */
    record Unclear(String why) implements Answer {}
  }

  /**
   * As whom attempts are made.
   *
   * @param name of the role or account
   * @param secret by which it logs in; empty where a role is assumed
   */
  record Actor(String name, Optional<Secret> secret) {}

  /** Whether the role exists. */
  boolean roleExists(Connection connection, String role) throws SQLException;

  /**
   * The tables and views that a pattern matches and that the command can be tried on, as {@code
   * schema.name}, sorted.
   *
   * @param pattern {@code schema.name} as a {@link dev.gatehouse.core.access.NamePattern}; without
   *     a schema, in every schema; the system's only by a pattern that begins as its schema does
   */
  List<String> relations(Connection connection, String pattern, Command command)
      throws SQLException;

  /**
   * Gets ready to act as the role. On a connection that is in a transaction that writes, the
   * attempts are made within it, so that they see what it has done; else in a session of their own,
   * in a transaction that is rolled back, or in which nothing is executed.
   *
   * @param connection of the run; stays what it is, and must not be used until this is closed
   * @throws Refusal when acting as this role would prove nothing: it may not be assumed, it is a
   *     superuser, a login of it becomes another role, its login fails; and when the product wants
   *     a secret for it, or wants none
   */
  RoleSession actAs(Target target, Connection connection, Actor actor) throws SQLException;

  /**
   * Attempts of one role. Each is taken back at once; what no transaction takes back, such as the
   * next number of a sequence, goes on.
   *
   * <p>One thread at a time.
   */
  interface RoleSession extends AutoCloseable {

    /** The least that the command could do there: no row, any one column. */
    Answer atAll(Command command, String relation) throws SQLException;

    /** All that the command could do there: every column, and of what is read the first row. */
    Answer inFull(Command command, String relation) throws SQLException;

    /**
     * One statement, with names that say their schema.
     *
     * @throws Refusal when it is not one statement, ends the transaction, or names what is not
     *     there
     */
    Answer statement(String sql) throws SQLException;

    /**
     * Goes back to who the session was.
     *
     * @throws SQLException when it could not; its transaction must not be committed then
     */
    @Override
    void close() throws SQLException;
  }
}

package dev.gatehouse.core.dialect;

import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;

/**
 * Splits a product's SQL scripts into statements, and refuses what has no place in a change that is
 * all or nothing.
 *
 * <p>Implementations are thread-safe.
 *
 * @since 0.1
 */
public interface ScriptReader {

  /** A script as it was read once, and the way to those it includes. */
  interface Script {

    /** What messages call it; no two scripts that include each other have the same name. */
    String name();

    /** All of it. */
    String text();

    /**
     * The script at that path, seen from the directory this one lies in.
     *
     * @throws Refusal when it may not be included: outside of the root, a link, absent
     */
    Script beside(String path);

    /**
     * The script at that path, seen from the root of all that may be included.
     *
     * @throws Refusal when it may not be included: outside of the root, a link, absent
     */
    Script below(String path);

    /** A script that stands in the runbook itself, and includes nothing. */
    static Script of(String name, String text) {
      return new Inline(name, text);
    }
  }

  /**
   * One statement.
   *
   * @param script name of the script it stands in
   * @param line it begins on, counted from 1
   * @param sql without its terminator
   * @param data that follows it in the script, for statements that are fed so
   */
  record ScriptStatement(String script, int line, String sql, Optional<String> data) {

    /** A statement without data. */
    public ScriptStatement(String script, int line, String sql) {
      this(script, line, sql, Optional.empty());
    }

    /** Where it stands, as {@code 001_make.sql:12}. */
    public String where() {
      return script + ":" + line;
    }
  }

  /**
   * The statements of a script and of those it includes, in the order of their execution.
   *
   * @throws Refusal naming file and line, when the script controls transactions by itself, commits
   *     implicitly, or holds a client command that is not known to be harmless
   */
  List<ScriptStatement> read(Script script);

  /**
   * Executes one statement in the connection's open transaction.
   *
   * @return number of rows it changed
   */
  default long execute(Connection connection, ScriptStatement statement) throws SQLException {
    try (Statement executing = connection.createStatement()) {
      executing.setEscapeProcessing(false);
      executing.execute(statement.sql());
      return Math.max(0, executing.getLargeUpdateCount());
    }
  }

  /**
   * Whether the statement changes what belongs to the server and not to the database, so that no
   * backup of the database holds it, such as a role. Never by default.
   */
  default boolean reachesBeyond(ScriptStatement statement) {
    return false;
  }

  /**
   * Refuses what shows only when the statements of one transaction are seen together. Nothing by
   * default.
   *
   * @param reading a session of the target they are planned for
   * @throws Refusal naming the statements and the fix
   */
  default void refuseTogether(Connection reading, List<ScriptStatement> statements)
      throws SQLException {}

  /**
   * What a session is like before scripts are executed in it. Nothing by default, for products
   * whose scripts leave nothing changed but data and schema.
   *
   * @param scripts which are to be executed
   */
  default SessionState remember(Connection connection, List<ScriptStatement> scripts)
      throws SQLException {
    return SessionState.UNCHANGEABLE;
  }

  /**
   * A temporary table.
   *
   * @param name as SQL writes it
   * @param drop the statement of a script that drops it, and not the one behind it
   */
  record Shadow(String name, String drop) {}

  /**
   * Temporary tables of that session whose names others have that a statement would mean without
   * them. None by default.
   */
  default List<Shadow> shadowing(Connection connection) throws SQLException {
    return List.of();
  }

  /**
   * Search path, role and settings of a session as they were, so that a script's own end with it.
   */
  interface SessionState {
    /** What no script changes. */
    SessionState UNCHANGEABLE =
        new SessionState() {
          @Override
          public List<String> restore() {
            return List.of();
          }

          @Override
          public Optional<Cause> cause(SQLException error) {
            return Optional.empty();
          }
        };

    /**
     * Makes the session so again, in its open transaction.
     *
     * @return names of what was another, such as {@code search_path}
     */
    List<String> restore() throws SQLException;

    /**
     * What a script did that its statements do not say, such as rows that went with those they
     * refer to. Asked when a script has ended, and tells what came since it was asked last.
     *
     * @param rows how many its statements changed, as {@link #execute} counts them
     * @return in words; empty where there is nothing of the kind, or the product does not tell
     */
    default List<String> besides(long rows) throws SQLException {
      return List.of();
    }

    /** What makes the session another than a plain one, if that is why a statement failed. */
    Optional<Cause> cause(SQLException error);
  }

  /**
   * What a statement failed by that is right elsewhere.
   *
   * @param words what is so here
   * @param fix what to do about it; empty where correcting the statement is all
   */
  record Cause(String words, Optional<String> fix) {
    /** What the statement makes is there: mostly the script was applied before. */
    public static final Cause THERE_ALREADY =
        of(
            "it is there already: was this script applied before?",
            "take out what was applied; where something else has that name, correct the statement;"
                + " then plan again");

    /** One with a fix of its own. */
    public static Cause of(String words, String fix) {
      return new Cause(words, Optional.of(fix));
    }
  }

  /** Text of a runbook. */
  record Inline(String name, String text) implements Script {
    @Override
    public Script beside(String path) {
      throw cannotInclude(path);
    }

    @Override
    public Script below(String path) {
      throw cannotInclude(path);
    }

    private Refusal cannotInclude(String path) {
      return new Refusal(
          Finding.of("scripts.include", "text of a runbook includes a script")
              .withExpected("statements only; a script on disk may include others")
              .withFound(path)
              .withFix("give it as a part of its own: scripts(\"" + path + "\")"));
    }
  }
}

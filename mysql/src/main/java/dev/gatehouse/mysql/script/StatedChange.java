package dev.gatehouse.mysql.script;

import dev.gatehouse.core.dialect.NonTransactionalStatements.NonTransactional;
import dev.gatehouse.core.dialect.NonTransactionalStatements.ProbedState;
import dev.gatehouse.core.dialect.NonTransactionalStatements.State;
import dev.gatehouse.core.dialect.Opened;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.StepFailed;
import dev.gatehouse.core.script.ScriptToken;
import dev.gatehouse.mysql.session.OwnRights;
import dev.gatehouse.mysql.session.Products;
import dev.gatehouse.mysql.session.StatementStates;
import dev.gatehouse.mysql.session.StatementStates.States;
import dev.gatehouse.mysql.sql.SqlTokens;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A statement that changes the schema, and commits by itself. How its objects are before and how
 * they should be afterwards is kept before it is executed; so afterwards they are as before, as
 * asked, or as somebody else made them.
 *
 * @param conditional whether it says IF EXISTS or IF NOT EXISTS, and so may do nothing and succeed
 */
record StatedChange(String sql, boolean conditional, ObjectStates objects, Asked asked)
    implements NonTransactional {

  private static final String STOP = "SET SESSION timestamp = UNIX_TIMESTAMP()";
  private static final String CONVERT = "convert";
  private static final String ADD = "add";
  private static final Set<String> TEXTS =
      Set.of("tinytext text mediumtext longtext tinyblob blob mediumblob longblob long".split(" "));

  private static final String GO_ON = "SET SESSION timestamp = DEFAULT";

  /** How the objects would be if the statement took effect on that state. */
  interface Asked {
    /** In words, for the plan. */
    String words();

    /** What the account needs on the database gatehouse to have it worked out there. */
    default List<String> rights() {
      return List.of();
    }

    /** Whether the statement has to be executed at the moment for which it was worked out. */
    default boolean stopsClock() {
      return false;
    }

    /** Whether it can be worked out for the objects that are there now. */
    default boolean isTellable(Connection reading, Map<String, String> now) throws SQLException {
      return true;
    }

    /** Empty when it could not be worked out: then a doubt is resolved only if nothing changed. */
    Optional<Map<String, String>> of(Connection session, Map<String, String> before)
        throws SQLException;
  }

  @Override
  public List<String> plan(Connection connection, boolean targetIsFinal) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "-- before: how it is, and how it should be afterwards, is kept in gatehouse.statement");
    if (asked.stopsClock()) {
      lines.add("-- within: " + STOP + "; afterwards: " + GO_ON);
    }
    lines.add("-- proven by: " + asked.words());
    return lines;
  }

  /**
   * While planning: whether anything will be able to tell.
   *
   * @throws Refusal when the account lacks a privilege for that, or the server would die of it
   */
  @Override
  public Optional<ProbedState> probe(Connection connection) throws SQLException {
    if (!asked.rights().isEmpty()) {
      refuseWithoutCopies(OwnRights.of(connection));
    }
    objects.refuseUnseen(connection);
    if (!Products.of(connection).addsTextsWhileConverting() && addsTextWhileConverting()) {
      throw new Refusal(
          Finding.of("lone.deadly", "the server may die of a statement")
              .withExpected(
                  "no ALTER TABLE that adds a TEXT or BLOB and converts the character set: MySQL"
                      + " 8.0.15 was seen to end with all its sessions, 9.7.4 was not")
              .withFound(sql)
              .withFix(
                  "write two statements: ADD in the one, CONVERT TO CHARACTER SET in the other"));
    }
    boolean kept = !checks() || Products.of(connection).keepsChecks();
    return kept && asked.isTellable(connection, objects.now(connection))
        ? Optional.of(new ProbedState(State.UNKNOWN, "it was not executed under any key"))
        : Optional.empty();
  }

  private void refuseWithoutCopies(OwnRights rights) {
    List<String> missing =
        asked.rights().stream().filter(right -> !rights.hold(right + " ON gatehouse.*")).toList();
    if (!missing.isEmpty()) {
      throw new Refusal(
          Finding.of("lone.no-copy", "what a statement would make cannot be found out")
              .withExpected("an account that may try it in database gatehouse")
              .withFound("no " + String.join(", ", missing) + " there\n" + sql)
              .withFix(
                  "GRANT "
                      + String.join(", ", asked.rights())
                      + " ON gatehouse.* TO the target's account, or say"
                      + " appliedWhen(\"select 1 from ...\")"));
    }
  }

  private boolean addsTextWhileConverting() {
    boolean converts = false;
    boolean adds = false;
    String change = "";
    for (ScriptToken token : SqlTokens.of(sql)) {
      if (token.depth() == 0) {
        boolean begins = change.isEmpty() || token.is(ADD) || token.is(CONVERT);
        change = token.isSign(',') ? "" : begins ? token.text() : change;
      }
      converts |= change.equals(CONVERT);
      adds |= change.equals(ADD) && TEXTS.stream().anyMatch(token::is);
    }
    return converts && adds;
  }

  /** Some versions take CHECK and forget it. */
  private boolean checks() {
    return SqlTokens.of(sql).stream().anyMatch(token -> token.is("check"));
  }

  @Override
  public Optional<ProbedState> probe(Connection connection, String key) throws SQLException {
    Optional<States> kept = StatementStates.kept(connection, key, sql);
    if (kept.isEmpty()) {
      return Optional.of(
          new ProbedState(
              State.NOT_APPLIED,
              "its row in gatehouse.statement, which is written first, is not there"));
    }
    return Optional.of(judged(kept.get(), ObjectStates.text(objects.now(connection))));
  }

  private static ProbedState judged(States kept, String now) {
    boolean asBefore = now.equals(kept.before());
    boolean asAsked = now.equals(kept.asked());
    if (asBefore && asAsked) {
      return new ProbedState(
          State.REPEATABLE,
          "the definition is the same before and after; executing it again changes nothing");
    }
    if (asAsked) {
      return new ProbedState(State.APPLIED, "what is there is what the statement asked for");
    }
    return asBefore
        ? new ProbedState(State.NOT_APPLIED, "what is there is what was there before")
        : new ProbedState(
            State.UNKNOWN,
            "what is there is neither as before nor as asked: somebody else changed it, too\n"
                + now.strip());
  }

  /**
   * @throws StepFailed when it did nothing, because another object of that name is there
   */
  @Override
  public void execute(Connection connection, String key) throws SQLException {
    States states =
        asked.stopsClock()
            ? Opened.orClose(
                () -> UnprobeableStatement.run(connection, GO_ON),
                stopped -> {
                  UnprobeableStatement.run(connection, STOP);
                  States kept = keepAndRun(connection, key);
                  UnprobeableStatement.run(connection, GO_ON);
                  return kept;
                })
            : keepAndRun(connection, key);
    String now = ObjectStates.text(objects.now(connection));
    String wanted = states.asked();
    boolean told = !wanted.isEmpty() || conditional;
    if (told && now.equals(states.before()) && !now.equals(wanted)) {
      throw new StepFailed(
          Finding.of("lone.not-in-effect", "the statement returned and changed nothing")
              .withExpected(wanted.isEmpty() ? "a change" : wanted.strip())
              .withFound(now.strip())
              .withFix("rename or drop what is there, or correct the statement"));
    }
  }

  private States keepAndRun(Connection connection, String key) throws SQLException {
    States states = keep(connection, key);
    UnprobeableStatement.run(connection, sql);
    return states;
  }

  /** Before it is executed: how it is, and how it should be. */
  States keep(Connection connection, String key) throws SQLException {
    Map<String, String> before = objects.now(connection);
    String wanted = asked.of(connection, before).map(ObjectStates::text).orElse("");
    States states = new States(ObjectStates.text(before), wanted);
    StatementStates.keep(connection, key, sql, states);
    return states;
  }
}

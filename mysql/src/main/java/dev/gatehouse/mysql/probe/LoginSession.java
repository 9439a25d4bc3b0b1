package dev.gatehouse.mysql.probe;

import dev.gatehouse.core.dialect.RoleProbes.Answer;
import dev.gatehouse.core.dialect.RoleProbes.Command;
import dev.gatehouse.core.dialect.RoleProbes.DeniedBy;
import dev.gatehouse.core.dialect.RoleProbes.RoleSession;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.script.ScriptToken;
import dev.gatehouse.core.script.ScriptToken.Kind;
import dev.gatehouse.mysql.session.ErrorCodes;
import dev.gatehouse.mysql.session.Queries;
import dev.gatehouse.mysql.session.Sessions;
import dev.gatehouse.mysql.sql.SqlTokens;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** Statements that one account prepares, and that nobody executes. */
final class LoginSession implements RoleSession {
  /** Verbs of which PREPARE checks the privileges; of all others it checks none. */
  private static final Set<String> CHECKED =
      Set.of("select", "with", "insert", "update", "delete", "replace");

  private final Target target;
  private final Connection asking;
  private final Connection acting;

  /**
   * @param asking of the target's account, which sees what is there
   * @param acting of the account
   */
  LoginSession(Target target, Connection asking, Connection acting) {
    this.target = target;
    this.asking = asking;
    this.acting = acting;
  }

  /** With each single column, and with none: one that is accepted is enough. */
  @Override
  public Answer atAll(Command command, String relation) throws SQLException {
    Relation place = place(relation);
    List<String> statements = new ArrayList<>();
    switch (command) {
      case SELECT -> {
        statements.add("SELECT 1 FROM " + place.inSql());
        for (String column : place.columns(asking)) {
          statements.add("SELECT " + column + " FROM " + place.inSql());
        }
      }
      case INSERT -> {
        statements.add("INSERT INTO " + place.inSql() + " () VALUES ()");
        for (String column : place.columns(asking)) {
          statements.add("INSERT INTO " + place.inSql() + " (" + column + ") VALUES (NULL)");
        }
      }
      case UPDATE -> {
        for (String column : place.columns(asking)) {
          statements.add("UPDATE " + place.inSql() + " SET " + column + " = NULL");
        }
      }
      case DELETE -> statements.add("DELETE FROM " + place.inSql());
      case TRUNCATE -> {
        return notChecked("TRUNCATE");
      }
    }
    Answer answer = new Answer.Unclear("it has no column that can be written");
    for (String sql : statements) {
      Answer one = prepared(sql);
      if (!(one instanceof Answer.Rejected)) {
        return one;
      }
      answer = one;
    }
    return answer;
  }

  @Override
  public Answer inFull(Command command, String relation) throws SQLException {
    Relation place = place(relation);
    List<String> columns = place.columns(asking);
    String all = String.join(", ", columns);
    return switch (command) {
      case SELECT -> prepared("SELECT * FROM " + place.inSql());
      case INSERT ->
          prepared(
              "INSERT INTO "
                  + place.inSql()
                  + " ("
                  + all
                  + ") VALUES ("
                  + columns.stream().map(column -> "NULL").collect(Collectors.joining(", "))
                  + ")");
      case UPDATE ->
          prepared(
              "UPDATE "
                  + place.inSql()
                  + " SET "
                  + columns.stream()
                      .map(column -> column + " = NULL")
                      .collect(Collectors.joining(", ")));
      case DELETE -> prepared("DELETE FROM " + place.inSql());
      case TRUNCATE -> notChecked("TRUNCATE");
    };
  }

  private Relation place(String relation) throws SQLException {
    return Relation.like(asking, relation).stream()
        .filter(one -> one.words().equals(relation))
        .findFirst()
        .orElseThrow(() -> missing(relation));
  }

  @Override
  public Answer statement(String sql) throws SQLException {
    List<ScriptToken> tokens = SqlTokens.of(sql);
    boolean several =
        tokens.stream().anyMatch(token -> token.kind() == Kind.SEMICOLON)
            && tokens.get(tokens.size() - 1).kind() != Kind.SEMICOLON;
    if (tokens.isEmpty() || several) {
      throw new Refusal(
          Finding.of("probe.statement", "an attempt is one statement")
              .withExpected("one statement")
              .withFound(sql)
              .withFix("write one attempt for each"));
    }
    String verb = tokens.get(0).text();
    if (!CHECKED.contains(verb)) {
      return notChecked(verb.toUpperCase(Locale.ROOT));
    }
    requirePossible(sql);
    return prepared(sql);
  }

  /** Of what is not there the server says that it is denied: so the target's account asks first. */
  private void requirePossible(String sql) throws SQLException {
    try (Connection control = Sessions.bare(target)) {
      prepare(control, sql);
    } catch (SQLException e) {
      throw missing(sql + "\nerror " + ErrorCodes.of(e) + ": " + e.getMessage());
    }
  }

  private static Refusal missing(String what) {
    return new Refusal(
        Finding.of("probe.not-there", "the target's account could not do that either")
            .withExpected("names that are there, and an account of the target that may use them")
            .withFound(what)
            .withFix("correct the names, each with its database"));
  }

  private static Answer notChecked(String verb) {
    return new Answer.Unclear(
        verb + " is not checked before it is executed: ask grantee(...), which reads the grants");
  }

  private Answer prepared(String sql) throws SQLException {
    try {
      prepare(acting, sql);
      return new Answer.Accepted();
    } catch (SQLException e) {
      if (ErrorCodes.isDenied(e)) {
        return new Answer.Rejected(DeniedBy.PRIVILEGE, String.valueOf(e.getMessage()));
      }
      if (String.valueOf(e.getSQLState()).startsWith("08")) {
        throw e;
      }
      return new Answer.Unclear("error " + ErrorCodes.of(e) + ": " + e.getMessage());
    }
  }

  /** By the server itself: what a driver prepares stays in the driver. */
  private static void prepare(Connection session, String sql) throws SQLException {
    String text = sql.replace("\\", "\\\\").replace("'", "''");
    Queries.run(session, "PREPARE gatehouse FROM '" + text + "'");
    Queries.run(session, "DEALLOCATE PREPARE gatehouse");
  }

  @Override
  public void close() throws SQLException {
    acting.close();
  }
}

package dev.gatehouse.postgres.probe;

import dev.gatehouse.core.dialect.RoleProbes.Answer;
import dev.gatehouse.core.dialect.RoleProbes.Command;
import dev.gatehouse.core.dialect.RoleProbes.RoleSession;
import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.postgres.session.Driver;
import dev.gatehouse.postgres.session.Queries;
import dev.gatehouse.postgres.session.ReadOnlySql;
import dev.gatehouse.postgres.session.Relation;
import dev.gatehouse.postgres.session.SqlNames;
import dev.gatehouse.postgres.session.SqlStates;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The attempts of one role. */
public final class ActingRole implements RoleSession {

  /** What may be tried: nothing in it ends a transaction or changes who the session is. */
  private static final Set<String> TRIED =
      Set.of(
          "SELECT",
          "WITH",
          "VALUES",
          "TABLE",
          "EXPLAIN",
          "INSERT",
          "UPDATE",
          "DELETE",
          "MERGE",
          "TRUNCATE",
          "CALL",
          "CREATE",
          "ALTER",
          "DROP",
          "GRANT",
          "REVOKE",
          "COMMENT",
          "LOCK",
          "REFRESH");

  /** Whose names the server looks up when it only reads the statement. */
  private static final Set<String> READ_BY_PARSING =
      Set.of("SELECT", "WITH", "VALUES", "TABLE", "INSERT", "UPDATE", "DELETE", "MERGE");

  private final ProbeSession session;
  private final String role;
  private Map<String, List<Relation>> relations = Map.of();

  private ActingRole(ProbeSession session, String role) {
    this.session = session;
    this.role = role;
  }

  static ActingRole of(ProbeSession session, String role) throws SQLException {
    Row facts =
        Queries.first(
                session.admin(),
                "SELECT r.rolsuper, coalesce((SELECT min(split_part(s.one, '=', 2))"
                    + " FROM pg_db_role_setting d, unnest(d.setconfig) s (one)"
                    + " WHERE d.setrole IN (0, r.oid) AND s.one LIKE 'role=%'"
                    + " AND d.setdatabase IN (0, (SELECT oid FROM pg_database"
                    + " WHERE datname = current_database()))), '') AS becomes"
                    + " FROM pg_roles r WHERE r.rolname = ?::text",
                Function.<Row>identity(),
                role)
            .orElseThrow(() -> noRole(role));
    if (facts.isTrue("rolsuper")) {
      throw new Refusal(
          Finding.of("probe.superuser", "'" + role + "' is a superuser: it is never rejected")
              .withExpected("a role that privileges and policies apply to")
              .withFound(role + " has SUPERUSER")
              .withFix("ALTER ROLE " + SqlNames.quoted(role) + " NOSUPERUSER"));
    }
    String becomes = facts.text("becomes");
    if (!becomes.isEmpty() && !becomes.equals(role)) {
      throw new Refusal(
          Finding.of("probe.becomes-another", "a login of '" + role + "' becomes another role")
              .withExpected("sessions of " + role + " that stay " + role)
              .withFound("role = " + becomes + " among its settings")
              .withFix(
                  "act as "
                      + becomes
                      + ", or: ALTER ROLE "
                      + SqlNames.quoted(role)
                      + " RESET role"));
    }
    ActingRole acting = new ActingRole(session, role);
    acting.prove();
    return acting;
  }

  public static Refusal noRole(String role) {
    return new Refusal(
        Finding.of("probe.no-role", "there is no role '" + role + "'")
            .withExpected("a role of that name")
            .withFound("none")
            .withFix("correct the name, or: CREATE ROLE " + SqlNames.quoted(role)));
  }

  /** A control that must succeed: who cannot do this is rejected for another reason. */
  private void prove() throws SQLException {
    Answer answer = session.as(role, List.of(), () -> execute("SELECT 1"));
    if (!(answer instanceof Answer.Allowed)) {
      throw new Refusal(
          Finding.of("probe.control", "'" + role + "' cannot even SELECT 1")
              .withExpected("a control that succeeds")
              .withFound(answer.toString())
              .withFix("see the server's log"));
    }
  }

  @Override
  public Answer atAll(Command command, String relation) throws SQLException {
    Relation on = relation(relation);
    String name = on.quoted();
    return switch (command) {
      case SELECT -> asked("SELECT 1 FROM " + name + " LIMIT 0");
      case INSERT -> asked("EXPLAIN INSERT INTO " + name + " DEFAULT VALUES");
      case UPDATE -> anyColumn(on);
      case DELETE -> asked("EXPLAIN DELETE FROM " + name);
      case TRUNCATE -> truncate(name);
    };
  }

  @Override
  public Answer inFull(Command command, String relation) throws SQLException {
    Relation on = relation(relation);
    String name = on.quoted();
    return switch (command) {
      case SELECT ->
          session.as(role, List.of(), () -> execute("SELECT * FROM " + name + " LIMIT 1"));
      case INSERT -> insert(on);
      case UPDATE ->
          asked(
              on.columns(session.admin()).stream()
                  .map(column -> column + " = DEFAULT")
                  .collect(Collectors.joining(", ", "EXPLAIN UPDATE " + name + " SET ", "")));
      case DELETE -> asked("EXPLAIN DELETE FROM " + name);
      case TRUNCATE -> truncate(name);
    };
  }

  /** Whether the server would begin to execute; how many rows that takes is not asked. */
  private Answer asked(String sql) throws SQLException {
    Answer answer = session.as(role, List.of(), () -> execute(sql));
    return answer instanceof Answer.NoRows || answer instanceof Answer.Allowed
        ? new Answer.Allowed(0)
        : answer;
  }

  private Answer anyColumn(Relation on) throws SQLException {
    List<Answer> unlike = new ArrayList<>();
    Answer last = new Answer.Unclear(on.words() + " has no column to write to");
    for (String column : on.columns(session.admin())) {
      last = asked("EXPLAIN UPDATE " + on.quoted() + " SET " + column + " = DEFAULT");
      if (last instanceof Answer.Allowed) {
        return last;
      }
      if (!(last instanceof Answer.Rejected)) {
        unlike.add(last);
      }
    }
    return unlike.isEmpty() ? last : unlike.get(0);
  }

  /** Asks before it locks; with foreign keys in the way it has been asked already. */
  private Answer truncate(String name) throws SQLException {
    return session.as(
        role,
        List.of(),
        () -> {
          try {
            Queries.run(session.admin(), "TRUNCATE " + name);
          } catch (SQLException e) {
            if (!Driver.routine(e).equals("heap_truncate_check_FKs")) {
              throw e;
            }
          }
          return new Answer.Allowed(0);
        });
  }

  /** Executed, because only that asks for what the defaults need, such as a sequence. */
  private Answer insert(Relation on) throws SQLException {
    List<String> columns = on.columns(session.admin());
    String sql =
        columns.isEmpty()
            ? "INSERT INTO " + on.quoted() + " DEFAULT VALUES"
            : "INSERT INTO %s (%s) VALUES (%s)"
                .formatted(
                    on.quoted(),
                    String.join(", ", columns),
                    columns.stream().map(column -> "DEFAULT").collect(Collectors.joining(", ")));
    return session.as(
        role,
        List.of(),
        () -> {
          try {
            return execute(sql);
          } catch (SQLException e) {
            if (Denials.ofTheRow(e)) {
              return new Answer.Allowed(0);
            }
            throw e;
          }
        });
  }

  @Override
  public Answer statement(String sql) throws SQLException {
    refuseUnfit(sql);
    if (READ_BY_PARSING.contains(ReadOnlySql.firstWord(sql))) {
      refuseMissing(sql);
    }
    return session.as(role, List.of(), () -> execute(sql));
  }

  private void refuseUnfit(String sql) throws SQLException {
    List<String> statements = Driver.statements(session.admin(), sql, false);
    if (statements.size() != 1 || !TRIED.contains(ReadOnlySql.firstWord(sql))) {
      throw new Refusal(
          Finding.of("probe.statement", "this cannot be tried as '" + role + "'")
              .withExpected(
                  "one statement that begins with one of " + TRIED.stream().sorted().toList())
              .withFound(sql)
              .withFix("write one check for each statement"));
    }
  }

  /** What is mistyped would be rejected from everybody. */
  private void refuseMissing(String sql) throws SQLException {
    session.takenBack(
        () -> {
          try (PreparedStatement parsed = session.admin().prepareStatement(sql)) {
            parsed.getMetaData();
            return true;
          } catch (SQLException e) {
            throw new Refusal(
                Finding.of(
                        "probe.statement-rejected", "the server does not take a statement at all")
                    .withExpected("a statement that the account of the target could execute")
                    .withFound("SQLSTATE " + SqlStates.of(e) + ": " + e.getMessage() + "\n" + sql)
                    .withFix("correct it; names must say their schema, as in shop.orders"),
                e);
          }
        });
  }

  private Answer execute(String sql) throws SQLException {
    return execute(session, sql);
  }

  /** Reads all rows there are: what fails at the last one fails. */
  static Answer execute(ProbeSession session, String sql) throws SQLException {
    try (Statement statement = session.admin().createStatement()) {
      statement.setFetchSize(1_000);
      long count = 0;
      if (statement.execute(sql)) {
        try (ResultSet rows = statement.getResultSet()) {
          while (rows.next()) {
            count++;
          }
        }
      } else {
        count = statement.getLargeUpdateCount();
        if (!READ_BY_PARSING.contains(ReadOnlySql.firstWord(sql))) {
          return new Answer.Allowed(count);
        }
      }
      return count == 0 ? new Answer.NoRows() : new Answer.Allowed(count);
    }
  }

  private Relation relation(String words) throws SQLException {
    if (relations.isEmpty()) {
      relations =
          Relation.all(session.admin()).stream().collect(Collectors.groupingBy(Relation::words));
    }
    List<Relation> found = relations.getOrDefault(words, List.of());
    if (found.size() != 1) {
      throw new Refusal(
          Finding.of("probe.no-table", "there is no table or view '" + words + "'")
              .withExpected("a name as schema.name")
              .withFound(found.isEmpty() ? "none" : "several of that name")
              .withFix("correct the name"));
    }
    return found.get(0);
  }

  @Override
  public void close() throws SQLException {
    session.close();
  }
}

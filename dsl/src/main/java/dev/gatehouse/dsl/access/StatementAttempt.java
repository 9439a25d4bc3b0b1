package dev.gatehouse.dsl.access;

import dev.gatehouse.core.dialect.RoleProbes.Actor;
import dev.gatehouse.core.dialect.RoleProbes.Answer;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.NamedCheck;
import dev.gatehouse.core.model.Outline;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Subject;
import dev.gatehouse.dsl.access.RoleAttempt.Verdicts;
import dev.gatehouse.dsl.sql.SqlText;
import dev.gatehouse.dsl.sql.Statements;
import dev.gatehouse.dsl.words.Names;
import java.sql.SQLException;
import java.util.List;

/** One statement that a role tries. */
final class StatementAttempt {
  private StatementAttempt() {}

  static NamedCheck check(Actor actor, boolean denied, Statements statement) {
    String role = actor.name();
    String sql =
        statement
            .written()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        statement + ": write the one statement here, as sql(\"...\")"))
            .strip();
    String name = role + (denied ? " is denied: " : " can: ") + sql;
    return NamedCheck.of(
        Names.ofSql(name),
        reading -> plan(name, role, reading),
        reading ->
            RoleAttempt.judge(
                name,
                actor,
                denied,
                reading,
                (acting, verdicts) -> sort(acting.statement(sql), denied, role, sql, verdicts)));
  }

  private static List<String> plan(String name, String role, CheckContext reading)
      throws SQLException {
    String line = "acting as a role, taken back: " + name;
    try {
      RoleAttempt.refuseMissing(RoleAttempt.probes(name, reading), role, reading);
      return List.of(line);
    } catch (Refusal missing) {
      if (reading.targetIsFinal() || reading.target().dialect().roleProbes().isEmpty()) {
        throw missing;
      }
      return List.of(
          line,
          Outline.UNKNOWN
              + "until an earlier step has run: "
              + missing.findings().get(0).headline());
    }
  }

  private static void sort(
      Answer answer, boolean denied, String role, String sql, Verdicts verdicts) {
    String what = RoleAttempt.words(answer) + ": " + sql;
    Subject subject = new Subject(role, sql, "");
    if (answer instanceof Answer.Unclear) {
      verdicts.unclear(what);
    } else if (denied) {
      if (answer instanceof Answer.Rejected) {
        verdicts.right(answer);
      } else {
        verdicts.wrong(subject, what, "revoke from " + role + " what lets it begin");
      }
    } else if (answer instanceof Answer.Rejected) {
      verdicts.wrong(
          subject, what, "grant " + role + " what it wants, or let a policy pass the row");
    } else if (answer instanceof Answer.NoRows && !SqlText.of(sql).isQuery()) {
      verdicts.unclear(what);
    } else {
      verdicts.right(answer);
    }
  }
}

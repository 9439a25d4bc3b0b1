package dev.gatehouse.postgres.probe;

import dev.gatehouse.core.dialect.RoleProbes.Answer;
import dev.gatehouse.postgres.probe.EffectProbe.Does;
import dev.gatehouse.postgres.probe.TenantRows.Sample;
import dev.gatehouse.postgres.session.Queries;
import dev.gatehouse.postgres.session.SqlNames;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Something built over the table, which shows and changes what it will: what it shows is told by
 * the answer it gives without the row, what it changes by what becomes of rows of others.
 *
 * @param before its answer to the rows that are there, which tells nothing of others
 */
record AnswerDoor(
    ProbeContext on,
    TenantContext context,
    Answers answers,
    Optional<List<String>> before,
    Statements statements,
    String seeing,
    String fix)
    implements Door {

  /** How it is asked to change rows; each is one statement, whatever the key. */
  interface Statements {
    String deletion();

    String update(String key, Map<String, String> set) throws SQLException;

    String insertion(Map<String, String> row);

    /** Whether all that decides over a row is asked before the table's constraints are. */
    boolean asksFirst();

    /** Of the finding that this is done to rows of others. */
    String code(Does does);
  }

  @Override
  public String changing(Does does) {
    return statements.code(does);
  }

  @Override
  public String through() {
    return " through " + answers.words();
  }

  /**
   * What it shows of a row of the tenant's own, or of everybody's, is missing when it is another.
   */
  @Override
  public boolean compares(Sample row) {
    return !on.rows().seenBy(context.tenant()).contains(row.key());
  }

  @Override
  public boolean shows(String key) throws SQLException {
    Optional<List<String>> now = answers.of(context).rows();
    return before.isPresent() && now.isPresent() && !now.equals(before);
  }

  @Override
  public boolean deletes(String key) throws SQLException {
    return reached(key, statements.deletion());
  }

  @Override
  public boolean changes(String key, Map<String, String> set) throws SQLException {
    return reached(key, statements.update(key, set));
  }

  @Override
  public Answer inserts(Map<String, String> row) throws SQLException {
    return new RowsOfOthers(on, context)
        .reachedBy(statements.insertion(row), statements.asksFirst());
  }

  /** Alone, because another row might stop the statement. */
  private boolean reached(String key, String sql) throws SQLException {
    Connection admin = on.session().admin();
    Queries.run(admin, "SELECT pg_catalog.set_config('session_replication_role', 'replica', true)");
    Queries.run(
        admin,
        "DELETE FROM %s WHERE %s <> %s"
            .formatted(on.name(), TenantRows.keyText(on.rows().keys()), SqlNames.literal(key)));
    Queries.run(admin, "SELECT pg_catalog.set_config('session_replication_role', 'origin', true)");
    return new RowsOfOthers(on, context).reachedBy(sql, false) instanceof Answer.Allowed;
  }

  @Override
  public String fix(String command) {
    return fix;
  }
}

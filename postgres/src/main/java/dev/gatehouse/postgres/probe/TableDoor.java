package dev.gatehouse.postgres.probe;

import static dev.gatehouse.postgres.session.SqlNames.literal;

import dev.gatehouse.core.dialect.RoleProbes.Answer;
import dev.gatehouse.postgres.probe.EffectProbe.Does;
import dev.gatehouse.postgres.probe.TenantRows.Sample;
import dev.gatehouse.postgres.session.Queries;
import java.sql.SQLException;
import java.util.Map;
import java.util.stream.Collectors;

/** The table itself, one row at a time. */
final class TableDoor implements Door {
  private static final String ROW = "gatehouse_row";

  private final ProbeContext on;
  private final TenantContext context;

  TableDoor(ProbeContext on, TenantContext context) {
    this.on = on;
    this.context = context;
  }

  @Override
  public String seeing() {
    return "rowsecurity.exposed";
  }

  @Override
  public String changing(Does does) {
    return does.code;
  }

  @Override
  public String through() {
    return "";
  }

  @Override
  public boolean compares(Sample row) {
    return true;
  }

  @Override
  public boolean shows(String key) throws SQLException {
    boolean[] seen = new boolean[1];
    on.as(
        context,
        () -> {
          seen[0] =
              Queries.column(
                      on.session().admin(),
                      "SELECT " + TenantRows.keyText(on.rows().keys()) + " FROM " + on.name())
                  .contains(key);
          return new Answer.NoRows();
        });
    return seen[0];
  }

  @Override
  public boolean deletes(String key) throws SQLException {
    return onRow(key, "DELETE FROM " + on.name());
  }

  @Override
  public boolean changes(String key, Map<String, String> set) throws SQLException {
    return onRow(key, "UPDATE " + on.name() + " SET " + assigned(set));
  }

  static String assigned(Map<String, String> set) {
    return set.entrySet().stream()
        .map(one -> one.getKey() + " = " + one.getValue())
        .collect(Collectors.joining(", "));
  }

  private boolean onRow(String key, String sql) throws SQLException {
    Queries.run(
        on.session().admin(),
        "DECLARE %1$s NO SCROLL CURSOR FOR SELECT 1 FROM %2$s WHERE %3$s = %4$s; FETCH %1$s"
            .formatted(ROW, on.name(), TenantRows.keyText(on.rows().keys()), literal(key)));
    return on.execute(context, sql + " WHERE CURRENT OF " + ROW) instanceof Answer.Allowed;
  }

  @Override
  public Answer inserts(Map<String, String> row) throws SQLException {
    return new RowsOfOthers(on, context).reachedBy(on.insertion(row), true);
  }

  @Override
  public String fix(String command) throws SQLException {
    return on.fix(command);
  }
}

package dev.gatehouse.postgres.grant;

import dev.gatehouse.core.outcome.Finding;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Statements that grant and revoke, executed in an order that the server accepts. */
public final class GrantExecution {
  /** Dependent grants, no such right, no such grant, and what was dropped meanwhile. */
  private static final Set<String> NOT_LET =
      Set.of("2BP01", "42501", "0LP01", "0LP02", "42P01", "42704", "3F000", "0A000");

  /** Not all was granted, or nothing. */
  private static final String NOT_GRANTED = "01007";

  /**
   * What came of them.
   *
   * @param done in the order of their execution
   * @param failed with what the server said
   */
  public record Outcome(List<GrantStatement> done, Map<GrantStatement, String> failed) {

    public List<Finding> findings() {
      List<Finding> all = new ArrayList<>();
      failed.forEach(
          (act, said) -> {
            Finding finding = act.failing().finding();
            all.add(
                finding.withFound((finding.found() + "\n" + act.text() + " -- " + said).strip()));
          });
      return all;
    }
  }

  private GrantExecution() {}

  /**
   * Executes them all at once where that works. Else one by one, those that the server does not let
   * once more behind the others: what stands in their way may be among these.
   */
  public static Outcome execute(Connection connection, List<GrantStatement> acts)
      throws SQLException {
    Map<GrantStatement, String> failed = new LinkedHashMap<>();
    Savepoint before = connection.setSavepoint();
    try {
      for (GrantStatement act : acts) {
        execute(connection, act, failed);
      }
      connection.releaseSavepoint(before);
      return new Outcome(acts, failed);
    } catch (SQLException e) {
      if (!NOT_LET.contains(String.valueOf(e.getSQLState()))) {
        throw e;
      }
      connection.rollback(before);
      connection.releaseSavepoint(before);
      failed.clear();
      return oneByOne(connection, acts, failed);
    }
  }

  private static Outcome oneByOne(
      Connection connection, List<GrantStatement> acts, Map<GrantStatement, String> failed)
      throws SQLException {
    List<GrantStatement> done = new ArrayList<>();
    List<GrantStatement> open = new ArrayList<>(acts);
    boolean moved = true;
    while (moved) {
      moved = false;
      for (GrantStatement act : List.copyOf(open)) {
        Savepoint before = connection.setSavepoint();
        try {
          failed.remove(act);
          execute(connection, act, failed);
          connection.releaseSavepoint(before);
          done.add(act);
          open.remove(act);
          moved = true;
        } catch (SQLException e) {
          if (!NOT_LET.contains(String.valueOf(e.getSQLState()))) {
            throw e;
          }
          connection.rollback(before);
          connection.releaseSavepoint(before);
          failed.put(act, String.valueOf(e.getMessage()));
        }
      }
    }
    return new Outcome(done, failed);
  }

  private static void execute(
      Connection connection, GrantStatement act, Map<GrantStatement, String> failed)
      throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.setEscapeProcessing(false);
      for (String sql : act.statements()) {
        statement.execute(sql);
        for (SQLWarning warning = statement.getWarnings();
            warning != null;
            warning = warning.getNextWarning()) {
          if (isNotGranted(warning) && act.given().isPresent()) {
            failed.put(act, String.valueOf(warning.getMessage()));
          }
        }
      }
    }
  }

  private static boolean isNotGranted(SQLWarning warning) {
    return NOT_GRANTED.equals(warning.getSQLState());
  }
}

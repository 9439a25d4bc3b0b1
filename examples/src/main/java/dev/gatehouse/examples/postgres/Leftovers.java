package dev.gatehouse.examples.postgres;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.postgres.Postgres;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** What drills that died left on a server: lists and removes what is certainly theirs. */
final class Leftovers {
  private Leftovers() {}

  /** How many are still there. */
  static int remove(Target server) throws SQLException {
    List<Finding> left = new ArrayList<>();
    List<String> dropped = Postgres.dropLeftovers(server, left::add);
    dropped.forEach(name -> System.out.println("dropped  database " + name));
    left.forEach(finding -> System.out.println(finding.text()));
    if (dropped.isEmpty() && left.isEmpty()) {
      System.out.println(
          "nothing of ours: no database of this account has both the name and the comment of a"
              + " drill's copy, without a drill that is under way");
    }
    return left.size();
  }
}

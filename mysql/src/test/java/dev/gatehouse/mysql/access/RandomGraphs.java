package dev.gatehouse.mysql.access;

import dev.gatehouse.mysql.Served;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/** One graph of random grants after another, each on a stage of its own. */
final class RandomGraphs {
  private RandomGraphs() {}

  /** Makes the grants. */
  @FunctionalInterface
  interface Making {
    RandomGrants of(RandomGrants empty) throws SQLException;
  }

  /** Looks at one, and adds what is not as it should be. */
  @FunctionalInterface
  interface Round {
    void at(Stage stage, long seed, List<String> differences) throws SQLException;
  }

  /** What is not as it should be, with the seed and the statements that made it so. */
  static List<String> each(Served served, int rounds, Making making, Round round)
      throws SQLException {
    List<String> all = new ArrayList<>();
    long from = Long.getLong("access.from", 1);
    for (long seed : LongStream.range(from, from + rounds).toArray()) {
      try (Stage stage = Stage.of(served, RandomGrants.USERS.toArray(String[]::new))) {
        RandomGrants graph = making.of(new RandomGrants(stage, seed));
        List<String> differences = new ArrayList<>();
        round.at(stage, seed, differences);
        if (!differences.isEmpty()) {
          all.addAll(differences);
          all.add("seed " + seed + ":\n  " + String.join("\n  ", graph.log()));
        }
      }
    }
    return all;
  }

  /** What a session may SET ROLE to: as it begins, none, each. */
  static List<String> states(Stage stage) {
    List<String> states = new ArrayList<>(List.of("", "NONE"));
    RandomGrants.ROLES.forEach(role -> states.add("`" + stage.name(role) + "`"));
    return states;
  }
}

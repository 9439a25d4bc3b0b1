package dev.gatehouse.postgres.mutation;

import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.postgres.access.AccessSnapshot;
import dev.gatehouse.postgres.session.Queries;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Whether a mutant that nobody noticed could be noticed at all. What is not proved to be the same
 * counts as different.
 *
 * <p>One thread at a time.
 */
final class Equivalence {
  private final List<String> roles;
  private final Map<String, Optional<String>> before = new HashMap<>();

  /**
   * Proofs in the world of these roles.
   *
   * @param roles whom the expectations are about
   */
  Equivalence(List<String> roles) {
    this.roles = List.copyOf(roles);
  }

  /**
   * What a proof about this mutant would compare.
   *
   * @param state of the catalogue
   * @param facts absent when no proof can be had
   */
  record Facts(String state, Optional<String> facts) {}

  /** In the world as it is on the connection. */
  Facts in(Connection connection, Mutant mutant) throws SQLException {
    return new Facts(CatalogueState.of(connection, roles), facts(connection, mutant));
  }

  /** In the world without a mutant; remembered, because it stays the same. */
  Facts inTheOriginal(Connection connection, Mutant mutant) throws SQLException {
    String state = known(connection, "state", mutant).orElse("");
    String key = mutant.operator().family() + " " + table(mutant);
    return new Facts(state, known(connection, key, mutant));
  }

  private Optional<String> known(Connection connection, String key, Mutant mutant)
      throws SQLException {
    Optional<String> known = before.get(key);
    if (known == null) {
      known =
          key.equals("state")
              ? Optional.of(CatalogueState.of(connection, roles))
              : facts(connection, mutant);
      before.put(key, known);
    }
    return known;
  }

  /** Whether both are the same world for everybody. */
  static boolean proved(Facts one, Facts other) {
    return one.state().equals(other.state())
        || (one.facts().isPresent() && one.facts().equals(other.facts()));
  }

  private static String table(Mutant mutant) {
    return mutant.operator().family() == Operator.Family.POLICY ? mutant.table() : "";
  }

  private static Optional<String> facts(Connection connection, Mutant mutant) throws SQLException {
    return switch (mutant.operator().family()) {
      case POLICY -> PolicyFacts.of(connection, mutant.table());
      case GRANT -> AccessFacts.of(AccessSnapshot.read(connection));
      case ROLE ->
          Queries.rowsOnPath(connection, "SELECT 1 FROM pg_policy LIMIT 1", Row::texts).isEmpty()
              ? AccessFacts.of(AccessSnapshot.read(connection))
              : Optional.empty();
      case OPTION, CODE -> Optional.empty();
    };
  }
}

package dev.gatehouse.postgres.mutation;

import java.util.ArrayList;
import java.util.List;

/**
 * Mutants of what decides who reaches the rows of some tables, before it is said whom the
 * expectations are about: {@code mutationOf("app.*").forRoles("app_rw")}.
 *
 * <p>Immutable. Not a step yet.
 *
 * @since 0.1
 */
public final class MutationOf {
  private final List<String> patterns;

  public MutationOf(List<String> patterns) {
    this.patterns = List.copyOf(patterns);
  }

  /**
   * The roles that the expectations act as or claim something about: they are given what they lack,
   * lose what they have, and become members of others. PUBLIC is always among them.
   *
   * @throws IllegalArgumentException when a name is blank
   */
  public MutationClaim forRoles(String first, String... rest) {
    List<String> roles = new ArrayList<>(List.of(rest));
    roles.add(0, first);
    if (roles.stream().anyMatch(String::isBlank)) {
      throw new IllegalArgumentException("a role is blank");
    }
    return new MutationClaim(patterns, roles.stream().distinct().toList());
  }
}

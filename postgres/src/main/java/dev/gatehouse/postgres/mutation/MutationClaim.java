package dev.gatehouse.postgres.mutation;

import dev.gatehouse.core.model.Check;
import java.util.ArrayList;
import java.util.List;

/**
 * Mutants before it is said which expectations should notice them: {@code against(check, ...)}.
 *
 * <p>Immutable. Not a step yet.
 *
 * @since 0.1
 */
public final class MutationClaim {
  private final List<String> patterns;
  private final List<String> roles;

  MutationClaim(List<String> patterns, List<String> roles) {
    this.patterns = List.copyOf(patterns);
    this.roles = List.copyOf(roles);
  }

  /**
   * The checks that stand in the runbook, as they are. All must pass on the database as it is. The
   * first that fails kills a mutant, so name quick ones first.
   */
  public Mutation against(Check first, Check... rest) {
    List<Check> checks = new ArrayList<>(List.of(rest));
    checks.add(0, first);
    return new Mutation(new Mutation.Claim(patterns, roles, List.copyOf(checks), Mutation.ALL, ""));
  }
}

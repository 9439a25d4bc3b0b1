package dev.gatehouse.core.access;

import java.util.Set;

/**
 * What a role will have on tables that nobody has made yet.
 *
 * <p>Immutable.
 *
 * @param creator whose tables
 * @param schema where they will be made, without quotes; empty for every schema
 * @param privileges what it will have
 * @param path why
 * @since 0.1
 */
public record FutureGrant(String creator, String schema, Set<String> privileges, Path path) {

  public FutureGrant {
    privileges = Set.copyOf(privileges);
  }

  /** Whether a table that is still to be made could match the pattern. */
  public boolean mayMatch(String pattern) {
    return schema.isEmpty() || NamePattern.of(pattern).mayMatchIn(schema);
  }
}

package dev.gatehouse.core.access;

import java.util.Set;

/**
 * What a role will have on objects that nobody has made yet.
 *
 * <p>Immutable.
 *
 * @param kind of those objects
 * @param creator who makes them
 * @param schema where they will be made, without quotes; empty for every schema
 * @param privileges what it will have
 * @param path why
 * @since 0.1
 */
public record FutureGrant(
    AccessObject.Kind kind, String creator, String schema, Set<String> privileges, Path path) {

  public FutureGrant {
    privileges = Set.copyOf(privileges);
  }

  /** Whether an object that is still to be made could match the pattern. */
  public boolean mayMatch(String pattern) {
    return NamePattern.of(pattern).mayMatchIn(schema);
  }
}

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
 * @param name of the only object it is about, without quotes; empty for every object
 * @param privileges what it will have
 * @param path why
 * @since 0.1
 */
public record FutureGrant(
    AccessObject.Kind kind,
    String creator,
    String schema,
    String name,
    Set<String> privileges,
    Path path) {

  public FutureGrant {
    privileges = Set.copyOf(privileges);
  }

  /** Of every object that will be made there. */
  public FutureGrant(
      AccessObject.Kind kind, String creator, String schema, Set<String> privileges, Path path) {
    this(kind, creator, schema, "", privileges, path);
  }

  /** Whether an object that is still to be made could match the pattern. */
  public boolean mayMatch(String pattern) {
    NamePattern names = NamePattern.of(pattern);
    return name.isEmpty() ? names.mayMatchIn(schema) : names.matches(schema, name);
  }
}

package dev.gatehouse.dsl.access;

import dev.gatehouse.core.access.AccessObject;
import dev.gatehouse.core.access.AccessObject.Kind;
import dev.gatehouse.core.access.EffectiveAccess;
import dev.gatehouse.core.access.FutureGrant;
import dev.gatehouse.core.access.NamePattern;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import java.util.List;

/**
 * The objects of one kind that a pattern matches, such as {@code routines("public.*")}, for a claim
 * to be about.
 *
 * <p>Immutable.
 *
 * @param form of tables which of them, such as {@code foreign table}; empty for all
 * @since 0.1
 */
public record ObjectPattern(Kind kind, String form, String pattern) {
  private static final String DEFINERS = "definer routine";
  private static final String FOREIGN_TABLES = "foreign table";

  public ObjectPattern {
    NamePattern.of(pattern);
  }

  /** Tables, views and the like. */
  static ObjectPattern tables(String pattern) {
    return new ObjectPattern(Kind.TABLE, "", pattern);
  }

  /** Whether it means each table, view and the like that the pattern matches. */
  boolean isTables() {
    return kind == Kind.TABLE && form.isEmpty();
  }

  /** Whether it could match what default privileges are about; every form of a table has them. */
  boolean mayMatch(FutureGrant future) {
    return future.kind() == kind && future.mayMatch(pattern);
  }

  String noun() {
    return form.isEmpty() ? kind.words() : form;
  }

  /**
   * Those there are.
   *
   * @throws Refusal when there are none
   */
  List<AccessObject> in(EffectiveAccess access) {
    List<AccessObject> all = all(access);
    if (all.isEmpty()) {
      boolean tables = isTables();
      throw new Refusal(
          Finding.of(
                  tables ? "privileges.no-table" : "privileges.no-object",
                  "no " + noun() + " is named like '" + pattern + "'")
              .withExpected("at least one " + noun())
              .withFound("none")
              .withFix(tables ? "correct on(\"" + pattern + "\")" : "correct on(" + this + ")"));
    }
    return all;
  }

  /**
   * Whether there may be none, because that is what is hoped for: code that runs as its owner,
   * tables elsewhere, large objects. Only where the pattern names none of them, in all schemas or
   * in one that is there: a name may be misspelt, and would never be found.
   */
  private boolean mayBeNone(EffectiveAccess access) {
    boolean hoped =
        form.equals(DEFINERS) || form.equals(FOREIGN_TABLES) || kind == Kind.LARGE_OBJECTS;
    int dot = pattern.lastIndexOf('.');
    String schema = dot < 0 ? "*" : pattern.substring(0, dot);
    return hoped
        && pattern.substring(dot + 1).equals("*")
        && (schema.equals("*") || !access.objects(Kind.SCHEMA, schema).isEmpty());
  }

  /**
   * Those there are, for a claim that nobody may do something with them.
   *
   * @throws Refusal when there are none, and a name may be misspelt
   */
  List<AccessObject> inIfAny(EffectiveAccess access) {
    return all(access).isEmpty() && mayBeNone(access) ? List.of() : in(access);
  }

  private List<AccessObject> all(EffectiveAccess access) {
    return access.objects(kind, pattern).stream()
        .filter(object -> form.isEmpty() || form.equals(access.form(object)))
        .toList();
  }

  /** As a sentence has it. */
  @Override
  public String toString() {
    return isTables() ? pattern : plural() + " " + pattern;
  }

  String plural() {
    String noun = noun();
    return noun.endsWith("s") ? noun : noun + "s";
  }
}

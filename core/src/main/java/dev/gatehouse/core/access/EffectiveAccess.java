package dev.gatehouse.core.access;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Who may do what, by whatever path, as one snapshot of the product's catalogue tells it. Holds no
 * connection: what changed since the snapshot is not in it.
 *
 * <p>Immutable, thread-safe. Patterns are those of {@link NamePattern}.
 *
 * @since 0.1
 */
public interface EffectiveAccess {

  /**
   * The roles or accounts that a pattern matches, sorted. {@code public} is everybody, where the
   * product knows that. Roles that the product made itself are matched only by a pattern that
   * begins as their names do.
   */
  List<String> roles(String pattern);

  /**
   * The objects of a kind that a pattern matches, sorted. A pattern without a dot is matched with
   * the name alone, in every schema; of columns, {@code users.password} with table and column, in
   * every schema. What belongs to the product itself is matched only by a pattern that begins as
   * its schema does.
   */
  List<AccessObject> objects(AccessObject.Kind kind, String pattern);

  /**
   * What the product calls it more exactly, such as {@code foreign table} or {@code materialized
   * view}; that of its kind where there is nothing to tell.
   *
   * @throws dev.gatehouse.core.outcome.Refusal when there is no such object
   */
  default String form(AccessObject object) {
    return object.kind().words();
  }

  /** The tables, views and the like that a pattern matches, sorted. */
  default List<AccessObject> tables(String pattern) {
    return objects(AccessObject.Kind.TABLE, pattern);
  }

  /** The privileges that this version of the product has for such objects. */
  Set<String> privileges(AccessObject.Kind kind);

  /**
   * What may be done with such objects and is no privilege there: their owners may, and nobody can
   * be granted it. {@link #paths} and {@link #verdict} answer for it as for a privilege, {@link
   * #notDenied} and {@link #allowed} do not.
   */
  default Set<String> ownersAlone(AccessObject.Kind kind) {
    return Set.of();
  }

  /**
   * Of the privileges for the object those for which there is any path: what is not among them is
   * denied. Cheap enough for every role and every table.
   *
   * @throws dev.gatehouse.core.outcome.Refusal when there is no such role or object
   */
  Set<String> notDenied(String role, AccessObject object);

  /**
   * Of the privileges for the object those it has now, on the whole or on a part: those with an
   * open path.
   *
   * @throws dev.gatehouse.core.outcome.Refusal when there is no such role or object
   */
  default Set<String> allowed(String role, AccessObject object) {
    return privileges(object.kind()).stream()
        .filter(privilege -> verdict(role, privilege, object) instanceof Verdict.Allowed)
        .collect(Collectors.toUnmodifiableSet());
  }

  /**
   * The paths in {@link Path#ORDER}; one for each grant or the like, by the shortest chain of
   * roles.
   *
   * @throws dev.gatehouse.core.outcome.Refusal when there is no such role or object
   */
  List<Path> paths(String role, String privilege, AccessObject object);

  /**
   * Whether the role may do that with the object.
   *
   * @throws dev.gatehouse.core.outcome.Refusal when there is no such role or object
   */
  Verdict verdict(String role, String privilege, AccessObject object);

  /**
   * Why a privilege is of no use that the role is allowed on the object itself: every use of it is
   * denied, or meets no row. An INSERT into a table leaves columns that have a default to it; into
   * columns it gives them all a value. Empty when nothing is in the way as far as the catalogue
   * tells, which is not what bodies do that only some uses call.
   *
   * @throws dev.gatehouse.core.outcome.Refusal when there is no such role or object
   */
  default List<Obstacle> obstacles(String role, String privilege, AccessObject object) {
    return List.of();
  }

  /**
   * What decides about single rows when the role does that, one sentence each: policies, and what
   * they read. Empty where nothing does.
   *
   * @throws dev.gatehouse.core.outcome.Refusal when there is no such role or object
   */
  default List<String> rowRules(String role, String privilege, AccessObject object) {
    return List.of();
  }

  /**
   * Routines that run for the role in the name of others, each with a digest of its body: when one
   * does something else, the digest is another. Sorted; empty where the product tells none.
   *
   * @throws dev.gatehouse.core.outcome.Refusal when there is no such role
   */
  default List<String> bodies(String role) {
    return List.of();
  }

  /**
   * One question about a table, for people: the verdict with each path and the statement that
   * closes it.
   *
   * @throws dev.gatehouse.core.outcome.Refusal when there is no such role or table
   */
  default String explain(String role, String privilege, String table) {
    return Explanation.of(this, role, privilege, AccessObject.table(table));
  }

  /**
   * What the role can do with everything, on one page: by kind of object and by path, as text,
   * Markdown and JSON.
   *
   * @throws dev.gatehouse.core.outcome.Refusal when there is no such role
   */
  default AccessReport report(String role) {
    return AccessReport.of(this, role);
  }

  /**
   * What the role could make itself more powerful with; empty for a role that has only what it was
   * granted.
   *
   * @throws dev.gatehouse.core.outcome.Refusal when there is no such role
   */
  List<Escalation> escalations(String role);

  /**
   * What the role will have on objects that others make, by default privileges; without what it
   * will have as their owner or by roles that see everything, and without what everybody has on all
   * such objects of the product.
   *
   * @throws dev.gatehouse.core.outcome.Refusal when there is no such role
   */
  List<FutureGrant> future(String role);

  /** What the snapshot cannot tell anything about, one sentence each. */
  List<String> unread();
}

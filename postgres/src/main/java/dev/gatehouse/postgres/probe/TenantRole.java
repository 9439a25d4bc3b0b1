package dev.gatehouse.postgres.probe;

import dev.gatehouse.core.model.NamedCheck;
import java.util.ArrayList;
import java.util.List;

/**
 * A role that serves many tenants, before it is said how it tells which.
 *
 * <p>Immutable.
 *
 * @since 0.1
 */
public final class TenantRole {
  private final TenantIsolation separation;

  TenantRole(TenantIsolation separation) {
    this.separation = separation;
  }

  /**
   * With the setting at a tenant, the role reaches the rows of that tenant and no other; without
   * one, with an empty one and with one that nobody has, it reaches none, nor with a pattern or a
   * text that policies compare with; other settings that policies read are tried at all of these,
   * too. Not read from policies, but tried:
   *
   * <ul>
   *   <li>the keys it sees are exactly those of the tenant; COPY TO, of the table and of a query,
   *       gives no others;
   *   <li>no row of others can be inserted, updated, taken over or deleted and none of its own
   *       given away: row by row, by statements without WHERE, where policies for SELECT do not
   *       apply, by statements with one, each with RETURNING and without, by ON CONFLICT DO UPDATE
   *       on a key of others, by MERGE (15 and newer) and by COPY FROM, which the server refuses
   *       under row security. Whole statements are judged by what becomes of rows of others, so
   *       that triggers and rules of the table have their say; RETURNING shows none of them;
   *   <li>no row of others can be seen or written once it holds other values: contents are made up
   *       from NULL, what policies compare columns with and what lies beside that, as far as NOT
   *       NULL and checks allow; those that policies let pass are written and tried. A condition
   *       that values cannot be made up for, or a table that a policy asks, makes it INCONCLUSIVE
   *       where tenants would meet by it, until it is accepted;
   *   <li>the same on each partition, child and parent of the table;
   *   <li>what a view over it, a relation or routine that leads to it, or any SECURITY DEFINER
   *       function that sees past its policies answers does not depend on rows of others, and
   *       changes none: asked in the world as it is, and in one without those rows; what leads
   *       there and cannot be asked, such as a cascade or another table's trigger, is named and
   *       makes it INCONCLUSIVE until it is accepted;
   *   <li>the same for each role that it can SET ROLE to; BYPASSRLS and superusers among them, and
   *       TRUNCATE, which asks no policy, fail at once.
   * </ul>
   *
   * <p>The report counts for each way what was {@code rejected}, {@code silently 0 rows} of others,
   * and {@code allowed}. Rows are tried one for each combination of the values that policies look
   * at, up to {@value TenantIsolation#SAMPLES} a table. What tells of rows without showing them is
   * reported as a remark and fails nothing: a unique key, the row count of ON CONFLICT DO NOTHING,
   * a foreign key to a row of others, the rows that EXPLAIN ANALYZE says were removed. Functions
   * with arguments cannot be called: those that see past the policies make it INCONCLUSIVE until
   * they are accepted.
   *
   * <p>All is tried in a transaction that is taken back; rows that the role may write are locked
   * for moments, and views are asked while all rows of others are deleted, which keeps writers of
   * those rows waiting. Refused on a table of more than {@value TenantIsolation#MOST_ROWS} rows:
   * try it on a restored copy. The account must see past row security, and for views be allowed to
   * set session_replication_role: a superuser.
   *
   * @param setting such as {@code app.tenant}
   * @param first a tenant that has rows
   * @param second another that has rows: with one alone, a policy that lets everything pass looks
   *     right
   */
  public NamedCheck separates(String setting, String first, String second, String... more) {
    List<Tenant> tenants = new ArrayList<>();
    for (String name : named(first, second, more)) {
      tenants.add(Tenant.of(name).setting(setting, name));
    }
    return isolating(tenants);
  }

  /**
   * The same where a session is not told its tenant by the very value that stands in the rows: by
   * claims, as PostgREST sets them, or by a user who is a member. Say {@code
   * separates(Tenant.of(id).setting("request.jwt.claims", json), ...)}.
   *
   * <p>A foreign tenant is made up by putting another name in the place of the tenant's own.
   *
   * @throws IllegalArgumentException when a tenant has no setting, or two have one name
   */
  public NamedCheck separates(Tenant first, Tenant second, Tenant... more) {
    List<Tenant> tenants = new ArrayList<>(List.of(more));
    tenants.add(0, second);
    tenants.add(0, first);
    return isolating(tenants);
  }

  private static List<String> named(String first, String second, String... more) {
    List<String> names = new ArrayList<>(List.of(more));
    names.add(0, second);
    names.add(0, first);
    if (names.contains("")) {
      throw new IllegalArgumentException("tenants are " + names + ": name each once, none empty");
    }
    return names;
  }

  private NamedCheck isolating(List<Tenant> tenants) {
    if (tenants.stream().map(Tenant::name).distinct().count() < tenants.size()) {
      throw new IllegalArgumentException("tenants are " + tenants + ": name each once, none empty");
    }
    if (tenants.stream().anyMatch(tenant -> tenant.settings().isEmpty())) {
      throw new IllegalArgumentException("a tenant has no setting: say setting(name, value)");
    }
    return TenantIsolationCheck.of(separation.of(tenants));
  }
}

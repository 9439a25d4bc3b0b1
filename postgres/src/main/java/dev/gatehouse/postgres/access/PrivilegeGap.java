package dev.gatehouse.postgres.access;

import dev.gatehouse.core.access.AccessObject;
import dev.gatehouse.core.dialect.GrantMethod.ClaimKind;
import dev.gatehouse.core.dialect.GrantMethod.DesiredState;
import dev.gatehouse.core.dialect.GrantMethod.GrantClaim;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** What all wishes together want of one role with one table. */
final class PrivilegeGap {

  /** A role and a table, by their numbers. */
  record Place(int role, int item) {}

  /**
   * Masks of rights.
   *
   * @param want to be had
   * @param bad not to be had
   */
  record Need(int want, int bad) {
    static final Need NONE = new Need(0, 0);
  }

  private final GrantState seen;
  private final Map<Place, Need> all = new LinkedHashMap<>();
  private final Set<Integer> limited = new LinkedHashSet<>();
  private final Set<Integer> roles = new LinkedHashSet<>();

  private PrivilegeGap(GrantState seen) {
    this.seen = seen;
  }

  /**
   * @throws Refusal when the wishes contradict each other, or no server of this version knows the
   *     privilege
   */
  static PrivilegeGap of(GrantState seen, DesiredState wanted) {
    PrivilegeGap needs = new PrivilegeGap(seen);
    wanted.wishes().forEach(needs::add);
    needs.all.forEach(needs::refuseContradiction);
    return needs;
  }

  private void add(GrantClaim wish) {
    int possible = Right.of(AccessObject.Kind.TABLE, seen.snapshot().major());
    int mask = 0;
    for (String privilege : wish.privileges()) {
      int bit = Right.bit(privilege) & possible;
      if (bit == 0) {
        throw new Refusal(
            Finding.of("privileges.unsupported", "tables have no privilege " + privilege + " here")
                .withExpected(String.join(", ", Right.names(possible)))
                .withFound(privilege + " on PostgreSQL " + seen.snapshot().major())
                .withFix("take " + privilege + " out of the claim"));
      }
      mask |= bit;
    }
    for (String name : wish.roles()) {
      int role = seen.snapshot().roleNumbers().getOrDefault(name, -1);
      if (role < 0) {
        throw new Refusal(
            Finding.of("privileges.no-role", "there is no role '" + name + "'")
                .withExpected("a role of that name")
                .withFound("none")
                .withFix("create it first"));
      }
      roles.add(role);
      if (wish.limit() == ClaimKind.MAY_ONLY) {
        limited.add(role);
      }
      for (AccessObject table : wish.tables()) {
        Securable item = seen.snapshot().byObject().get(table);
        if (item == null || !seen.users(item)) {
          throw new Refusal(
              Finding.of("grants.system", "grants on the catalogue itself are not changed here")
                  .withExpected("tables, views and the like of your own")
                  .withFound(table.name())
                  .withFix("narrow on(...) so that it does not match " + table.name()));
        }
        Need need = all.getOrDefault(new Place(role, item.number()), Need.NONE);
        all.put(
            new Place(role, item.number()),
            switch (wish.limit()) {
              case MAY -> new Need(need.want() | mask, need.bad());
              case MAY_ONLY -> new Need(need.want() | mask, need.bad() | (possible & ~mask));
              case MAY_NOT -> new Need(need.want(), need.bad() | mask);
            });
      }
    }
  }

  private void refuseContradiction(Place place, Need need) {
    int both = need.want() & need.bad();
    if (both != 0) {
      String role = seen.graph().role(place.role()).quoted();
      String table = seen.snapshot().items().get(place.item()).name();
      String rights = String.join(", ", Right.names(both));
      throw new Refusal(
          Finding.of("grants.contradiction", "two claims contradict each other")
              .withExpected("claims that can all hold at once")
              .withFound(
                  "one wants " + rights + " on " + table + " for " + role + ", another forbids it")
              .withFix("narrow one of the patterns, or take " + rights + " out of one of them"));
    }
  }

  /** By role and table, for those that are wished about. */
  Map<Place, Need> all() {
    return all;
  }

  Need of(int role, Securable item) {
    return all.getOrDefault(new Place(role, item.number()), Need.NONE);
  }

  boolean about(int role, Securable item) {
    return all.containsKey(new Place(role, item.number()));
  }

  /** All roles that are wished about. */
  Set<Integer> roles() {
    return roles;
  }

  /** Those of which something was said that they may only. */
  Set<Integer> limited() {
    return limited;
  }

  /** What the role is wished on some table of the schema. */
  int wantedIn(int role, int schema) {
    int mask = 0;
    for (Map.Entry<Place, Need> one : all.entrySet()) {
      Securable item = seen.snapshot().items().get(one.getKey().item());
      if (one.getKey().role() == role && item.schema() == schema) {
        mask |= one.getValue().want();
      }
    }
    return mask;
  }

  /** The schemas of tables on which the role is wished something, each with what. */
  Map<Integer, Integer> wantedBySchema(int role) {
    Map<Integer, Integer> masks = new LinkedHashMap<>();
    all.forEach(
        (place, need) -> {
          if (place.role() == role && need.want() != 0) {
            masks.merge(
                seen.snapshot().items().get(place.item()).schema(), need.want(), (a, b) -> a | b);
          }
        });
    return masks;
  }
}

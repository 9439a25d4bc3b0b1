package dev.gatehouse.mysql.access;

import dev.gatehouse.core.access.AccessObject;
import dev.gatehouse.core.access.AccessObject.Kind;
import dev.gatehouse.core.dialect.GrantMethod.ClaimKind;
import dev.gatehouse.core.dialect.GrantMethod.DesiredState;
import dev.gatehouse.core.dialect.GrantMethod.GrantClaim;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** What all wishes together want of each account with each table. */
final class WantedRights {
  private static final Set<String> THEIRS =
      Set.of("mysql", "sys", "information_schema", "performance_schema", "gatehouse");

  record Place(Account account, Item table) {}

  /** Masks: to be had, and not to be had. */
  record Need(long want, long bad) {
    static final Need NONE = new Need(0, 0);
  }

  private final MySqlAccess access;
  private final Map<Place, Need> all = new LinkedHashMap<>();
  private final Set<Account> limited = new LinkedHashSet<>();

  /**
   * @throws Refusal when they contradict each other or cannot be granted on tables
   */
  WantedRights(MySqlAccess access, DesiredState wanted) {
    this.access = access;
    if (!wanted.creators().isEmpty()) {
      throw new Refusal(
          Finding.of("grants.no-future", "nobody can be granted what others will make here")
              .withExpected("tables that are there")
              .withFound("withFutureTablesOf(\"" + wanted.creators().get(0) + "\")")
              .withFix(
                  "take it out; ask grantsCover(claim) when tables were made, and run the grants"
                      + " again"));
    }
    wanted.wishes().forEach(this::add);
    all.forEach(WantedRights::refuseContradiction);
  }

  private void add(GrantClaim wish) {
    long mask = 0;
    for (String privilege : wish.privileges()) {
      mask |= right(privilege);
    }
    for (String role : wish.roles()) {
      Account account = access.names().account(role);
      if (wish.limit() == ClaimKind.MAY_ONLY) {
        limited.add(account);
      }
      for (AccessObject object : wish.tables()) {
        Item table = access.names().item(object);
        refuseTheirs(table);
        Need need = all.getOrDefault(new Place(account, table), Need.NONE);
        all.put(
            new Place(account, table),
            switch (wish.limit()) {
              case MAY -> new Need(need.want() | mask, need.bad());
              case MAY_ONLY -> new Need(need.want() | mask, need.bad() | ~mask);
              case MAY_NOT -> new Need(need.want(), need.bad() | mask);
            });
      }
    }
  }

  private static long right(String privilege) {
    long mask = Right.named(privilege).map(Right::bit).orElse(0L) & Right.of(Kind.TABLE);
    if (mask == 0) {
      throw new Refusal(
          Finding.of("privileges.unsupported", "tables have no privilege " + privilege + " here")
              .withExpected(String.join(", ", Right.names(Right.of(Kind.TABLE))))
              .withFound(privilege)
              .withFix("take " + privilege + " out of the claim; who may empty a table has DROP"));
    }
    return mask;
  }

  private static void refuseTheirs(Item table) {
    if (THEIRS.contains(table.database())) {
      throw new Refusal(
          Finding.of("grants.system", "grants on the server's own tables are not changed here")
              .withExpected("tables and views of your own")
              .withFound(table.shown())
              .withFix("narrow on(...) so that it does not match " + table.shown()));
    }
  }

  private static void refuseContradiction(Place place, Need need) {
    long both = need.want() & need.bad();
    if (both != 0) {
      String rights = String.join(", ", Right.names(both));
      throw new Refusal(
          Finding.of("grants.contradiction", "two claims contradict each other")
              .withExpected("claims that can all hold at once")
              .withFound(
                  "one wants "
                      + rights
                      + " on "
                      + place.table().shown()
                      + " for "
                      + place.account().name()
                      + ", another forbids it")
              .withFix("narrow one of the patterns, or take " + rights + " out of one of them"));
    }
  }

  Map<Place, Need> all() {
    return all;
  }

  Need of(Account account, Item table) {
    return all.getOrDefault(new Place(account, table), Need.NONE);
  }

  boolean isAbout(Account account, Item table) {
    return all.containsKey(new Place(account, table));
  }

  /** Those of which something was said that they may only. */
  Set<Account> limited() {
    return limited;
  }

  /** All that something is wished about. */
  Set<Account> accounts() {
    Set<Account> accounts = new LinkedHashSet<>();
    all.keySet().forEach(place -> accounts.add(place.account()));
    return accounts;
  }
}

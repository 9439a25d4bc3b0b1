package dev.gatehouse.mysql.access;

import dev.gatehouse.core.access.Hop;
import dev.gatehouse.core.dialect.GrantMethod.DesiredGrants;
import dev.gatehouse.core.dialect.GrantMethod.DesiredState;
import dev.gatehouse.core.dialect.GrantMethod.GrantOutcome;
import dev.gatehouse.core.dialect.GrantMethod.InSequence.Computed;
import dev.gatehouse.core.dialect.GrantMethod.InSequence.GrantStatement;
import dev.gatehouse.core.outcome.Finding;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The statements that bring grants to what is wanted, and what they come to by the servers' rules:
 * what is missing is granted first, on single tables, so that no moment lacks what is kept; then
 * what is surplus is revoked, the row that counts last.
 */
final class GrantPlanning {
  private static final int MOST = 20;

  private final MySqlAccess before;
  private final Account own;
  private final List<Finding> impossible = new ArrayList<>();
  private final Set<String> notes = new LinkedHashSet<>();

  /**
   * @param own the account that would execute them
   */
  GrantPlanning(MySqlAccess before, Account own) {
    this.before = before;
    this.own = own;
  }

  Computed compute(DesiredGrants wishes) {
    DesiredState state = wishes.in(before);
    WantedRights wanted = new WantedRights(before, state);
    SurplusRights surplus = new SurplusRights(before, wanted, state);
    impossible.addAll(surplus.impossible());
    notes.addAll(surplus.notes());
    GrantTables without = before.snapshot().grants();
    for (RightsChange change : surplus.changes()) {
      without = change.in(without);
    }
    List<RightsChange> changes = new ArrayList<>(missing(wanted, at(without)));
    changes.addAll(surplus.changes());
    List<GrantStatement> statements = new ArrayList<>();
    GrantTables now = before.snapshot().grants();
    for (RightsChange change : changes) {
      statements.add(change.statement(now));
      now = change.in(now);
    }
    refuseOwn(surplus.changes());
    changes.forEach(this::requireGrantOption);
    return new Computed(outcome(at(now), changes, statements), statements);
  }

  private MySqlAccess at(GrantTables grants) {
    return new MySqlAccess(before.snapshot().with(grants));
  }

  /** What is wanted and would not be there, on the table itself: that stands whatever else goes. */
  private List<RightsChange> missing(WantedRights wanted, MySqlAccess then) {
    List<RightsChange> changes = new ArrayList<>();
    for (Map.Entry<WantedRights.Place, WantedRights.Need> one : wanted.all().entrySet()) {
      Account account = one.getKey().account();
      Item table = one.getKey().table();
      long have = then.direct().extent(then.graph().login(account)).of(table);
      long missing = one.getValue().want() & ~whole(then, account, table, have);
      if (missing != 0) {
        GrantEntry entry =
            new GrantEntry(account.user(), account.host(), table.database(), table.name());
        changes.add(new RightsChange(account, entry, false, missing, Map.of()));
      }
    }
    return changes;
  }

  /** A right on some columns is none on the table. */
  private static long whole(MySqlAccess then, Account account, Item table, long have) {
    long mask = 0;
    for (Right right : Right.in(have)) {
      boolean all =
          then.direct().paths(then.graph().login(account), right, table, "").stream()
              .anyMatch(
                  path ->
                      path.open()
                          && path.hops().stream().noneMatch(hop -> hop.kind() == Hop.Kind.COLUMN));
      mask |= all ? right.bit() : 0;
    }
    return mask;
  }

  private GrantOutcome outcome(
      MySqlAccess after, List<RightsChange> changes, List<GrantStatement> statements) {
    List<String> told = new ArrayList<>(notes);
    if (told.size() > MOST) {
      told = new ArrayList<>(told.subList(0, MOST));
      told.add("... and " + (notes.size() - MOST) + " more");
    }
    AffectedByGrants affected =
        AffectedByGrants.of(before, after, changes.stream().map(RightsChange::entry).toList());
    return new GrantOutcome(
        before,
        after,
        statements.stream().map(GrantStatement::sql).toList(),
        told,
        impossible,
        List.of(),
        affected.accounts(),
        affected.objects(),
        List.of(),
        "");
  }

  /** It would take from itself what it needs to go on, and to take it back. */
  private void refuseOwn(List<RightsChange> revokes) {
    for (RightsChange change : revokes) {
      if (change.account().equals(own)) {
        impossible.add(
            Finding.of("grants.own-account", "the run would revoke from its own account")
                .withExpected("an account whose grants stay as they are")
                .withFound(change.statement(before.snapshot().grants()).sql())
                .withFix("let another account run this, or leave " + own.name() + " out of it"));
        return;
      }
    }
  }

  private void requireGrantOption(RightsChange change) {
    long needed = change.rights() | Right.GRANT_OPTION.bit();
    for (long mask : change.columns().values()) {
      needed |= mask;
    }
    long have = own.everywhere(change.entry().database().replaceAll("\\\\([_%])", "$1"));
    RoleState login = before.graph().login(own);
    have |= before.direct().onDatabase(login, change.entry().database());
    if (!change.entry().onDatabases()) {
      have |=
          new GrantEntry(own.user(), own.host(), change.entry().database(), change.entry().object())
              .in(before.snapshot().grants())
              .map(GrantRow::rights)
              .orElse(0L);
    }
    long lacking = needed & ~have;
    if (lacking != 0) {
      String sql = change.statement(before.snapshot().grants()).sql();
      impossible.add(
          Finding.of("grants.no-grant-option", "the account may not grant or revoke that")
              .withExpected(String.join(", ", Right.names(needed)) + " for " + own.name())
              .withFound("it lacks " + String.join(", ", Right.names(lacking)) + " for: " + sql)
              .withFix(
                  "as an administrator: "
                      + "GRANT "
                      + String.join(", ", Right.names(needed & ~Right.GRANT_OPTION.bit()))
                      + " ON "
                      + change.entry().inSql()
                      + " TO "
                      + own.inSql()
                      + " WITH GRANT OPTION"));
    }
  }
}

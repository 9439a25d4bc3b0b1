package dev.gatehouse.mysql.access;

import dev.gatehouse.core.access.AccessObject.Kind;
import dev.gatehouse.core.access.FutureGrant;
import dev.gatehouse.core.access.Hop;
import dev.gatehouse.core.access.Path;
import dev.gatehouse.mysql.sql.SqlNames;
import java.util.ArrayList;
import java.util.List;

/** Grants on tables that are not there: they count as soon as somebody makes one of that name. */
final class OrphanGrants {
  private final RoleGraph graph;
  private final List<GrantRow> orphans;

  OrphanGrants(Snapshot snapshot, RoleGraph graph) {
    this.graph = graph;
    this.orphans = snapshot.orphans();
  }

  List<FutureGrant> of(Account account) {
    List<FutureGrant> found = new ArrayList<>();
    for (GrantRow row : orphans) {
      future(account, row, found);
    }
    return found.stream().distinct().toList();
  }

  private void future(Account account, GrantRow row, List<FutureGrant> found) {
    long rights = (row.rights() | row.onColumns()) & Right.of(Kind.TABLE);
    for (RoleState state : graph.states(account)) {
      for (RoleState.Identity identity : state.identities()) {
        for (Account to : identity.accounts()) {
          if (row.isOf(to) && rights != 0) {
            String where =
                SqlNames.quotedAsIs(row.database()) + "." + SqlNames.quotedAsIs(row.object());
            String what = String.join(", ", Right.names(rights));
            List<Hop> hops = new ArrayList<>(graph.chain(state, to));
            hops.add(
                Hop.of(
                        Hop.Kind.DEFAULT,
                        to.name() + " has " + what + " on " + where + ", which is not there yet")
                    .withFix("REVOKE " + what + " ON " + where + " FROM " + to.inSql()));
            found.add(
                new FutureGrant(
                    Kind.TABLE,
                    "anybody",
                    row.database(),
                    row.object(),
                    Right.names(rights),
                    Path.of(hops)));
          }
        }
      }
    }
  }
}

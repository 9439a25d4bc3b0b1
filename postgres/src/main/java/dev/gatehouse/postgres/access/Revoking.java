package dev.gatehouse.postgres.access;

import dev.gatehouse.core.access.AccessObject;
import dev.gatehouse.core.access.AccessObject.Kind;
import dev.gatehouse.core.access.NamePattern;
import dev.gatehouse.core.dialect.GrantMethod.DesiredState;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.postgres.access.DefaultPrivileges.DefaultPrivilege;
import dev.gatehouse.postgres.grant.GrantStatement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The statements that take surplus away, only within the declared scope. */
final class Revoking {
  private static final int MOST = 20;

  private final GrantState seen;
  private final PrivilegeGap needs;
  private final List<NamePattern> scope;
  private final Actor actor;
  private final List<GrantStatement> acts = new ArrayList<>();
  private final List<Finding> impossible = new ArrayList<>();
  private final List<String> leftAlone = new ArrayList<>();

  private Revoking(GrantState seen, PrivilegeGap needs, DesiredState wanted) {
    this.seen = seen;
    this.needs = needs;
    this.scope = wanted.scope().stream().map(NamePattern::of).toList();
    this.actor = new Actor(seen);
  }

  static Revoking of(GrantState seen, PrivilegeGap needs, DesiredState wanted) {
    Revoking revoking = new Revoking(seen, needs, wanted);
    revoking.scope.forEach(revoking::requireTables);
    for (Securable item : seen.snapshot().items()) {
      if (item.kind() == Kind.TABLE && seen.users(item)) {
        revoking.table(item);
      }
    }
    if (!revoking.scope.isEmpty()) {
      revoking.futures();
    }
    return revoking;
  }

  List<GrantStatement> acts() {
    return acts;
  }

  List<Finding> impossible() {
    return impossible;
  }

  List<String> notes() {
    if (leftAlone.size() <= MOST) {
      return leftAlone;
    }
    List<String> cut = new ArrayList<>(leftAlone.subList(0, MOST));
    cut.add("... and " + (leftAlone.size() - MOST) + " more grants outside of the scope");
    return cut;
  }

  private boolean inScope(Securable item) {
    return scope.stream().anyMatch(pattern -> matches(pattern, item));
  }

  private boolean matches(NamePattern pattern, Securable item) {
    return seen.access().matches(pattern, item);
  }

  /** A scope that holds nothing is a mistake in its name, and would revoke nothing. */
  private void requireTables(NamePattern pattern) {
    if (seen.snapshot().items().stream()
        .noneMatch(item -> item.kind() == Kind.TABLE && matches(pattern, item))) {
      impossible.add(
          Finding.of("grants.empty-scope", "no table is named like '" + pattern + "'")
              .withExpected("tables within which what is surplus may be revoked")
              .withFound("none")
              .withFix(
                  "correct revokingLegacyWithin(\"" + pattern + "\"): schema.table, or schema.*"));
    }
  }

  /** What the role shall not have there; nothing where nothing is said of it. */
  private int bad(int role, Securable item, boolean within) {
    if (needs.about(role, item)) {
      return needs.of(role, item).bad();
    }
    return within && needs.limited().contains(role) ? -1 : 0;
  }

  private void table(Securable item) {
    boolean within = inScope(item);
    for (Grant grant : item.acl()) {
      if (isAbout(grant, item)) {
        int bits = grant.rights() & bad(grant.grantee(), item, within);
        if (bits != 0 && within) {
          act(item, grant, bits, "");
        } else if (!within && !needs.about(grant.grantee(), item)) {
          leave(item, grant, "");
        }
      }
    }
    for (Map.Entry<String, List<Grant>> column : item.columnGrants().entrySet()) {
      for (Grant grant : column.getValue()) {
        if (isAbout(grant, item)) {
          int bits = grant.rights() & bad(grant.grantee(), item, within);
          bits &= ~takenFromTheWhole(item, grant, within);
          if (bits != 0 && within) {
            act(item, grant, bits, column.getKey());
          } else if (!within && !needs.about(grant.grantee(), item)) {
            leave(item, grant, column.getKey());
          }
        }
      }
    }
  }

  /** An owner would grant itself again what it lost. */
  private boolean isAbout(Grant grant, Securable item) {
    return needs.roles().contains(grant.grantee()) && grant.grantee() != item.owner();
  }

  /** REVOKE on the table takes the same from its columns. */
  private int takenFromTheWhole(Securable item, Grant ofColumn, boolean within) {
    int mask = 0;
    for (Grant grant : item.acl()) {
      if (grant.grantee() == ofColumn.grantee() && grant.grantor() == ofColumn.grantor()) {
        mask |= grant.rights() & bad(grant.grantee(), item, within);
      }
    }
    return mask;
  }

  private static List<String> names(int bits, String column) {
    return Right.of(bits).stream()
        .map(right -> column.isEmpty() ? right.toString() : right + " (" + column + ")")
        .toList();
  }

  private String revoke(Securable item, Grant grant, int bits, String column) {
    return "REVOKE "
        + String.join(", ", names(bits, column))
        + " ON "
        + item.inGrant()
        + " FROM "
        + seen.graph().role(grant.grantee()).quoted();
  }

  private void leave(Securable item, Grant grant, String column) {
    if (needs.limited().contains(grant.grantee()) && !scope.isEmpty()) {
      leftAlone.add(
          "left alone, outside of the scope: "
              + seen.graph().role(grant.grantee()).words()
              + " has "
              + String.join(", ", names(grant.rights(), column))
              + " on "
              + item.words()
              + "; to take it away: "
              + revoke(item, grant, grant.rights(), column));
    }
  }

  private void act(Securable item, Grant grant, int bits, String column) {
    Role grantee = seen.graph().role(grant.grantee());
    Role grantor = seen.graph().role(grant.grantor());
    String sql = revoke(item, grant, bits, column);
    String what = String.join(", ", names(bits, column)) + " on " + item.words();
    Optional<String> as = actor.toRevoke(item.owner(), grant.grantor());
    if (as.isEmpty()) {
      impossible.add(
          Finding.of(
                  "grants.other-grantor",
                  "a REVOKE would not work: " + grantor.quoted() + " granted it, not this account")
              .withExpected("an account that may SET ROLE " + grantor.quoted())
              .withFound(
                  grantee.words()
                      + " has "
                      + what
                      + ", granted by "
                      + grantor.quoted()
                      + "; the account is "
                      + seen.account().quoted())
              .withFix("as a superuser: SET ROLE " + grantor.quoted() + "; " + sql));
      return;
    }
    acts.add(
        new GrantStatement(
            as.get(),
            sql,
            Optional.empty(),
            Optional.of(item.object()),
            new GrantStatement.Failing(
                "grants.dependent",
                "a REVOKE would not work: others have it from " + grantee.quoted(),
                dependents(item, grantee, bits),
                sql + " CASCADE, if they shall lose it as well; or make claims about them, too")));
  }

  /** Who has it from the grantee. */
  private String dependents(Securable item, Role grantee, int bits) {
    List<String> found = new ArrayList<>();
    for (Grant other : item.acl()) {
      if (other.grantor() == grantee.number() && (other.rights() & bits) != 0) {
        found.add(dependent(item, other, bits, ""));
      }
    }
    item.columnGrants()
        .forEach(
            (column, grants) ->
                grants.stream()
                    .filter(other -> other.grantor() == grantee.number())
                    .filter(other -> (other.rights() & bits) != 0)
                    .forEach(other -> found.add(dependent(item, other, bits, column))));
    return String.join("\n", found);
  }

  private String dependent(Securable item, Grant other, int bits, String column) {
    return seen.graph().role(other.grantee()).words()
        + " has "
        + String.join(", ", names(other.rights() & bits, column))
        + " on "
        + item.words()
        + ", granted by "
        + seen.graph().role(other.grantor()).quoted();
  }

  private static boolean coversAll(NamePattern pattern, Securable schema) {
    // no name holds this character, so that only a * stands for it
    return pattern.matches(schema.plain(), "\0");
  }

  /** Default privileges for a schema that lies in the scope as a whole. */
  private void futures() {
    for (DefaultPrivilege future : seen.snapshot().futureTables()) {
      if (future.schema().isEmpty() || !needs.limited().contains(future.grantee())) {
        continue;
      }
      Securable schema = seen.snapshot().byObject().get(AccessObject.schema(future.schema()));
      if (schema == null || scope.stream().noneMatch(one -> coversAll(one, schema))) {
        continue;
      }
      int bits = future.rights() & ~needs.wantedIn(future.grantee(), schema.number());
      if (bits != 0) {
        future(future, bits);
      }
    }
  }

  private void future(DefaultPrivilege future, int bits) {
    Role creator = seen.graph().role(future.creator());
    Role grantee = seen.graph().role(future.grantee());
    String sql =
        "ALTER DEFAULT PRIVILEGES FOR ROLE %s IN SCHEMA %s REVOKE %s ON TABLES FROM %s"
            .formatted(
                creator.quoted(),
                future.schema(),
                String.join(", ", Right.names(bits)),
                grantee.quoted());
    GrantStatement.Failing failing = Granting.notOf(seen, creator, sql);
    String as = seen.is(creator.number()) ? Actor.OWN : creator.quoted();
    if (!as.isEmpty() && !seen.canBecome(creator.number())) {
      impossible.add(failing.finding());
    } else {
      acts.add(new GrantStatement(as, sql, Optional.empty(), failing));
    }
  }
}

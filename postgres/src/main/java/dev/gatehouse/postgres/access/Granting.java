package dev.gatehouse.postgres.access;

import dev.gatehouse.core.access.AccessObject;
import dev.gatehouse.core.access.Path;
import dev.gatehouse.core.dialect.GrantMethod.DesiredState;
import dev.gatehouse.core.dialect.GrantMethod.Given;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.postgres.access.DefaultPrivileges.DefaultPrivilege;
import dev.gatehouse.postgres.grant.GrantStatement;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The statements that give what is missing, and what is needed on the way to it. */
final class Granting {
  private static final int MOST = 20;

  private final GrantState seen;
  private final PrivilegeGap needs;
  private final AclRules direct;
  private final Actor actor;
  private final List<GrantStatement> acts = new ArrayList<>();
  private final List<Finding> impossible = new ArrayList<>();
  private final Set<String> notes = new LinkedHashSet<>();
  private final Set<String> stated = new LinkedHashSet<>();
  private int already;

  private Granting(GrantState seen, PrivilegeGap needs) {
    this.seen = seen;
    this.needs = needs;
    this.direct = seen.access().direct();
    this.actor = new Actor(seen);
  }

  static Granting of(GrantState seen, PrivilegeGap needs, DesiredState wanted) {
    Granting granting = new Granting(seen, needs);
    for (int role : needs.roles()) {
      needs.wantedBySchema(role).keySet().forEach(schema -> granting.schema(role, schema));
    }
    needs.all().forEach((place, need) -> granting.table(place, need.want()));
    for (String creator : wanted.creators()) {
      granting.creator(creator);
    }
    return granting;
  }

  List<GrantStatement> acts() {
    return acts;
  }

  List<Finding> impossible() {
    return impossible;
  }

  List<String> notes() {
    List<String> all = new ArrayList<>(notes);
    if (already > MOST) {
      all.add("... and " + (already - MOST) + " more that are there already by another path");
    }
    return all;
  }

  private int held(int role, Securable item) {
    return direct.held(PrivilegeScope.now(seen.graph(), role), item);
  }

  private void schema(int role, int number) {
    Securable schema = seen.snapshot().items().get(number);
    if ((held(role, schema) & Right.USAGE.bit) == 0) {
      notes.add("USAGE on schema " + schema.name() + " is needed to name its tables");
      act(role, schema, Right.USAGE.bit);
    }
  }

  private void table(PrivilegeGap.Place place, int want) {
    int role = place.role();
    Securable table = seen.snapshot().items().get(place.item());
    int held = held(role, table);
    if ((want & held) != 0) {
      byAnotherPath(role, table, want & held);
    }
    if ((want & ~held) != 0) {
      act(role, table, want & ~held);
    }
    if ((want & Right.INSERT.bit) != 0) {
      seen.sequences(table.name()).forEach(name -> sequence(role, table, name));
    }
  }

  private void sequence(int role, Securable table, String name) {
    Securable sequence = seen.snapshot().byObject().get(AccessObject.sequence(name));
    int enough = Right.mask(Right.USAGE, Right.UPDATE);
    if (sequence != null && (held(role, sequence) & enough) == 0) {
      notes.add(
          "USAGE on sequence "
              + name
              + " is needed for INSERT on "
              + table.name()
              + ", whose default takes numbers from it");
      act(role, sequence, Right.USAGE.bit);
    }
  }

  /** What is there by a grant to the role itself goes without saying. */
  private void byAnotherPath(int role, Securable item, int bits) {
    int own = 0;
    for (Grant grant : item.acl()) {
      own |= grant.grantee() == role ? grant.rights() : 0;
    }
    for (Right right : Right.of(bits & ~own)) {
      already++;
      if (already <= MOST) {
        String name = seen.graph().role(role).name();
        String why =
            seen.access().paths(name, right.toString(), item.object()).stream()
                .filter(path -> path.open() && path.whole())
                .map(Path::toString)
                .findFirst()
                .orElse("as soon as it may name the schema");
        notes.add("not granted, because it is there already: " + right + ": " + why);
      }
    }
  }

  private void act(int role, Securable item, int bits) {
    Role grantee = seen.graph().role(role);
    List<String> privileges = List.copyOf(Right.names(bits));
    String what = String.join(", ", privileges) + " ON " + item.inGrant();
    String sql = "GRANT " + what + " TO " + grantee.quoted();
    if (!stated.add(sql)) {
      return;
    }
    Role owner = seen.graph().role(item.owner());
    Role account = seen.account();
    GrantStatement.Failing failing =
        new GrantStatement.Failing(
            "grants.not-grantable",
            "the account may not grant " + String.join(", ", privileges) + " on " + item.words(),
            account.quoted() + " is neither its owner " + owner.quoted() + " nor has grant option",
            "as "
                + owner.quoted()
                + ": GRANT "
                + what
                + " TO "
                + account.quoted()
                + " WITH GRANT OPTION; or: GRANT "
                + owner.quoted()
                + " TO "
                + account.quoted());
    Optional<String> as = actor.toGrant(item.owner(), withOption(item, privileges));
    if (as.isEmpty()) {
      impossible.add(failing.finding());
    } else {
      Given given = new Given(grantee.name(), item.object(), Set.copyOf(privileges));
      acts.add(new GrantStatement(as.get(), sql, Optional.of(given), failing));
    }
  }

  /** Roles that have all of the privileges with grant option. */
  private List<String> withOption(Securable item, List<String> privileges) {
    Set<String> all = new LinkedHashSet<>();
    seen.options(item.inGrant())
        .forEach(
            (grantee, grantable) -> {
              if (grantable.containsAll(privileges)) {
                all.add(grantee);
              }
            });
    return List.copyOf(all);
  }

  private void creator(String name) {
    int creator = seen.snapshot().roleNumbers().getOrDefault(name, -1);
    if (creator <= 0) {
      throw new Refusal(
          Finding.of("grants.no-creator", "there is no role '" + name + "' whose tables could come")
              .withExpected("a role that makes tables")
              .withFound("none")
              .withFix("correct withFutureTablesOf(\"" + name + "\"), or create it first"));
    }
    for (int role : needs.roles()) {
      for (Map.Entry<Integer, Integer> wanted : needs.wantedBySchema(role).entrySet()) {
        Securable schema = seen.snapshot().items().get(wanted.getKey());
        future(creator, schema, role, wanted.getValue());
      }
    }
  }

  /** Default privileges know no names: they hold for all that the creator makes in the schema. */
  private void future(int creator, Securable schema, int role, int want) {
    if (role == creator) {
      return;
    }
    int coming = 0;
    for (DefaultPrivilege future : seen.snapshot().futureTables()) {
      boolean here = future.schema().isEmpty() || future.schema().equals(schema.name());
      if (future.creator() == creator && here && seen.graph().held(role).get(future.grantee())) {
        coming |= future.rights();
      }
    }
    if ((want & ~coming) != 0) {
      notes.add(
          "every table that "
              + seen.graph().role(creator).quoted()
              + " will make in schema "
              + schema.name()
              + " is meant, whatever its name: default privileges know no patterns");
      future(creator, schema, role, Right.names(want & ~coming), "TABLES");
    }
    boolean numbers = (want & Right.INSERT.bit) != 0;
    if (numbers && !seen.comingOnSequences(creator, schema.name(), role)) {
      notes.add("USAGE on sequences to come is needed for INSERT where a column is serial");
      future(creator, schema, role, Set.of("USAGE"), "SEQUENCES");
    }
  }

  private void future(
      int creator, Securable schema, int role, Set<String> privileges, String what) {
    Role maker = seen.graph().role(creator);
    String sql =
        "ALTER DEFAULT PRIVILEGES FOR ROLE %s IN SCHEMA %s GRANT %s ON %s TO %s"
            .formatted(
                maker.quoted(),
                schema.name(),
                String.join(", ", privileges),
                what,
                seen.graph().role(role).quoted());
    GrantStatement.Failing failing = notOf(seen, maker, sql);
    String as = seen.is(creator) ? Actor.OWN : maker.quoted();
    if (!as.isEmpty() && !seen.canBecome(creator)) {
      impossible.add(failing.finding());
    } else if (stated.add(sql)) {
      acts.add(new GrantStatement(as, sql, Optional.empty(), failing));
    }
  }

  static GrantStatement.Failing notOf(GrantState seen, Role creator, String sql) {
    return new GrantStatement.Failing(
        "grants.not-creator",
        "the account may not say what tables of " + creator.quoted() + " will give",
        seen.account().quoted() + " is no member of " + creator.quoted() + ": " + sql,
        "GRANT " + creator.quoted() + " TO " + seen.account().quoted());
  }
}

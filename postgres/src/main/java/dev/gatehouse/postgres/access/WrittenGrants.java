package dev.gatehouse.postgres.access;

import dev.gatehouse.core.access.AccessObject;
import dev.gatehouse.core.access.AccessObject.Kind;
import dev.gatehouse.core.access.Escalation;
import dev.gatehouse.core.access.Hop;
import dev.gatehouse.core.dialect.GrantMethod.Given;
import dev.gatehouse.core.dialect.GrantMethod.GrantOutcome;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.StepFailed;
import dev.gatehouse.postgres.grant.AclObject;
import dev.gatehouse.postgres.grant.AclState.AclEntry;
import dev.gatehouse.postgres.grant.Sending;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Grants as somebody wrote them, executed one after the other in an open transaction. */
final class WrittenGrants {
  private static final Set<String> RETRIED = Set.of("XX000", "40001", "40P01");

  private WrittenGrants() {}

  /** Does it; neither commits nor rolls back. */
  static GrantOutcome execute(
      Connection connection,
      Connection beside,
      GrantReconciliation.SnapshotReader eyes,
      List<String> statements,
      Sending sending)
      throws SQLException {
    GrantState before = eyes.look(connection, GrantState::read);
    for (String statement : statements) {
      execute(connection, statement, sending);
    }
    GrantState after = eyes.look(connection, GrantState::read);
    if (!before.acl().untracked().equals(after.acl().untracked())) {
      throw new StepFailed(
          Finding.of("grants.untracked", "the script grants what its undo could not take back")
              .withExpected(
                  "grants on tables, columns, sequences, schemas, routines and this database,"
                      + " default privileges and memberships")
              .withFound("another access control list: of a type, a language, the catalogue ...")
              .withFix("put it into a change of its own: inOneTransaction(sql(\"...\"))"));
    }
    List<AclEntry> added = new ArrayList<>(after.acl().entries());
    added.removeAll(before.acl().entries());
    Set<AclEntry> changed = new HashSet<>(before.acl().entries());
    changed.removeAll(after.acl().entries());
    changed.addAll(added);
    return new GrantOutcome(
        before.access(),
        after.access(),
        statements.stream().map(statement -> sending.text(statement) + ";").toList(),
        List.of(),
        escalations(before, after),
        given(added, after),
        roles(changed, before, after),
        objects(changed, after),
        List.copyOf(made(before, after)),
        GrantInverse.of(connection, beside, eyes));
  }

  /** Roles that are new, by name. */
  private static Set<String> made(GrantState before, GrantState after) {
    Set<String> made = new TreeSet<>();
    after.graph().roles().forEach(role -> made.add(role.name()));
    made.removeAll(before.snapshot().roleNumbers().keySet());
    return made;
  }

  private static void execute(Connection connection, String statement, Sending sending)
      throws SQLException {
    try (Statement executing = connection.createStatement()) {
      executing.setEscapeProcessing(false);
      executing.execute(sending.sql(statement));
    } catch (SQLException e) {
      if (RETRIED.contains(String.valueOf(e.getSQLState()))
          || String.valueOf(e.getSQLState()).startsWith("08")
          || String.valueOf(e.getSQLState()).startsWith("57")) {
        throw e;
      }
      // The server may cite the statement: neither its words nor the exception go any further.
      throw new StepFailed(
          Finding.of("grants.failed", "the server does not let a statement of the script")
              .withExpected("each statement to succeed")
              .withFound(sending.text(statement) + " -- SQLSTATE " + e.getSQLState())
              .withFix("correct the script and plan again; nothing was changed"));
    }
  }

  /**
   * Rights that lead to many others are more than claims can name. Only that who makes a role on 16
   * and later is its administrator is the server's own rule.
   */
  private static List<Finding> escalations(GrantState before, GrantState after) {
    Set<String> made = made(before, after);
    Set<String> byRule = new HashSet<>();
    after.graph().roles().stream()
        .filter(role -> made.contains(role.name()))
        .forEach(role -> byRule.add(RoleGraph.revokingAdmin(role, after.account())));
    List<Finding> findings = new ArrayList<>();
    for (Role role : after.graph().roles()) {
      List<Escalation> gained = new ArrayList<>(after.access().escalations(role.name()));
      if (before.snapshot().roleNumbers().containsKey(role.name())) {
        gained.removeAll(before.access().escalations(role.name()));
      }
      gained.removeIf(one -> byRule.contains(last(one).fix()));
      if (!gained.isEmpty()) {
        findings.add(
            Finding.of(
                    "grants.unplanned", role.quoted() + " would gain a right that leads to others")
                .withExpected("a role that can do what was granted to it")
                .withFound(String.join("\n", gained.stream().map(Escalation::toString).toList()))
                .withFix("take the statement that gives it out of the script"));
      }
    }
    return findings;
  }

  private static Hop last(Escalation escalation) {
    List<Hop> hops = escalation.path().hops();
    return hops.get(hops.size() - 1);
  }

  /** On what no claim is about. */
  private static List<Given> given(List<AclEntry> added, GrantState after) {
    Map<List<Object>, Set<String>> all = new LinkedHashMap<>();
    for (AclEntry entry : added) {
      AccessObject object = object(after.acl().object(entry));
      int grantee = after.number(entry.grantee());
      if (object != null && object.kind() != Kind.TABLE && grantee >= 0) {
        all.computeIfAbsent(
                List.of(after.graph().role(grantee).name(), object), key -> new TreeSet<>())
            .add(entry.privilege());
      }
    }
    List<Given> given = new ArrayList<>();
    all.forEach(
        (key, privileges) ->
            given.add(new Given((String) key.get(0), (AccessObject) key.get(1), privileges)));
    return given;
  }

  private static @Nullable AccessObject object(AclObject object) {
    return switch (object.kind()) {
      case TABLE, COLUMN -> AccessObject.table(object.name());
      case SEQUENCE -> AccessObject.sequence(object.name());
      case SCHEMA -> AccessObject.schema(object.name());
      case ROUTINE -> AccessObject.routine(object.name());
      case DATABASE -> AccessObject.database(object.name());
      case DEFAULT, MEMBERS -> null;
    };
  }

  private static List<String> roles(Set<AclEntry> changed, GrantState before, GrantState after) {
    BitSet meant = new BitSet();
    Set<String> made = made(before, after);
    for (AclEntry entry : changed) {
      int grantee = after.number(entry.grantee());
      AclObject on = after.acl().objects().get(entry.object());
      // what a new role's own objects will give by the product's rules is no news
      boolean byRule = on != null && on.kind() == AclObject.Kind.DEFAULT && isMade(on, made, after);
      if (grantee >= 0 && !byRule) {
        meant.set(grantee);
      }
    }
    after.graph().roles().stream()
        .filter(role -> made.contains(role.name()))
        .forEach(role -> meant.set(role.number()));
    return after.graph().roles().stream()
        .filter(role -> !role.superuser())
        .filter(role -> after.graph().reach(role.number()).intersects(meant))
        .map(Role::name)
        .toList();
  }

  private static boolean isMade(AclObject ofDefault, Set<String> made, GrantState after) {
    int creator = after.number(ofDefault.owner());
    return creator >= 0 && made.contains(after.graph().role(creator).name());
  }

  /** A new member may gain anything; so may a new role, by what everybody has. */
  private static List<AccessObject> objects(Set<AclEntry> changed, GrantState after) {
    boolean members = changed.stream().anyMatch(entry -> entry.object().startsWith("m"));
    BitSet items = new BitSet();
    Set<AccessObject> touched = new HashSet<>();
    for (AclEntry entry : changed) {
      AclObject known = after.acl().objects().get(entry.object());
      AccessObject object = known == null ? null : object(known);
      if (object != null) {
        touched.add(object);
      }
    }
    for (Securable item : after.snapshot().items()) {
      boolean relation = item.kind() == Kind.TABLE || item.kind() == Kind.SEQUENCE;
      boolean ours = relation && after.users(item);
      if (touched.contains(item.object()) || (members && ours)) {
        items.set(item.number());
      }
      if (item.schema() >= 0
          && touched.contains(after.snapshot().items().get(item.schema()).object())) {
        items.set(item.number());
      }
    }
    return GrantReconciliation.reached(after, items);
  }
}

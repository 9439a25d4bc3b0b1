package dev.gatehouse.postgres.access;

import dev.gatehouse.core.access.AccessObject;
import dev.gatehouse.core.access.AccessObject.Kind;
import dev.gatehouse.core.dialect.GrantMethod.DesiredGrants;
import dev.gatehouse.core.dialect.GrantMethod.DesiredState;
import dev.gatehouse.core.dialect.GrantMethod.GrantOutcome;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.postgres.grant.GrantExecution;
import dev.gatehouse.postgres.grant.GrantStatement;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Brings grants to what is wanted, in an open transaction: looks, revokes and grants, and looks
 * again, until nothing is left to do.
 */
final class GrantReconciliation {
  /** A revoke may take what a membership gave; what comes after that is done. */
  private static final int ROUNDS = 5;

  /** What is read of a session under one snapshot. */
  @FunctionalInterface
  interface CatalogQuery<T> {
    T at(Connection connection) throws SQLException;
  }

  /** Looks at the catalogue, and leaves the session as it is. */
  interface SnapshotReader {
    <T> T look(Connection connection, CatalogQuery<T> look) throws SQLException;
  }

  private final Connection connection;
  private final Connection beside;
  private final SnapshotReader eyes;
  private final DesiredGrants wishes;
  private final List<GrantStatement> done = new ArrayList<>();
  private final Set<String> tried = new HashSet<>();
  private final Set<String> notes = new LinkedHashSet<>();
  private final List<Finding> unfulfilled = new ArrayList<>();
  private final Set<Integer> roles = new LinkedHashSet<>();

  private GrantReconciliation(
      Connection connection, Connection beside, SnapshotReader eyes, DesiredGrants wishes) {
    this.connection = connection;
    this.beside = beside;
    this.eyes = eyes;
    this.wishes = wishes;
  }

  /**
   * Does it; neither commits nor rolls back.
   *
   * @param beside another session, which sees what others see
   */
  static GrantOutcome reconcile(
      Connection connection, Connection beside, SnapshotReader eyes, DesiredGrants wishes)
      throws SQLException {
    return new GrantReconciliation(connection, beside, eyes, wishes).reconciled();
  }

  private GrantOutcome reconciled() throws SQLException {
    GrantState before = eyes.look(connection, GrantState::read);
    GrantState now = before;
    for (int round = 1; ; round++) {
      List<GrantStatement> acts = open(now);
      if (acts.isEmpty() || round > ROUNDS) {
        break;
      }
      GrantExecution.Outcome outcome = GrantExecution.execute(connection, acts);
      done.addAll(outcome.done());
      unfulfilled.addAll(outcome.findings());
      now = eyes.look(connection, GrantState::read);
    }
    return new GrantOutcome(
        before.access(),
        now.access(),
        done.stream().map(GrantStatement::text).toList(),
        List.copyOf(notes),
        unfulfilled,
        done.stream().flatMap(act -> act.given().stream()).toList(),
        affectedRoles(now),
        affectedObjects(now),
        List.of(),
        GrantInverse.of(connection, beside, eyes));
  }

  /** What is to be done and was not tried yet. */
  private List<GrantStatement> open(GrantState now) {
    boolean first = tried.isEmpty();
    DesiredState wanted = wishes.in(now.access());
    PrivilegeGap needs = PrivilegeGap.of(now, wanted);
    roles.addAll(needs.roles());
    Revoking revoking = Revoking.of(now, needs, wanted);
    Granting granting = Granting.of(now, needs, wanted);
    if (first) {
      notes.addAll(granting.notes());
      notes.addAll(revoking.notes());
      unfulfilled.addAll(revoking.impossible());
      unfulfilled.addAll(granting.impossible());
    }
    List<GrantStatement> acts = new ArrayList<>();
    for (GrantStatement act : revoking.acts()) {
      if (tried.add(act.text())) {
        acts.add(act);
      }
    }
    for (GrantStatement act : granting.acts()) {
      if (tried.add(act.text())) {
        acts.add(act);
      }
    }
    return acts;
  }

  /**
   * Those who are, or can become, one of whom something was said. Nobody logs in as a role that the
   * product made itself: what its members gain by it is told of them.
   */
  private List<String> affectedRoles(GrantState seen) {
    BitSet meant = new BitSet();
    roles.forEach(meant::set);
    return seen.graph().roles().stream()
        .filter(role -> !role.superuser())
        .filter(role -> !role.predefined() || meant.get(role.number()))
        .filter(role -> seen.graph().reach(role.number()).intersects(meant))
        .map(Role::name)
        .toList();
  }

  /** What was granted or revoked on, what a schema holds that was, and what all that leads to. */
  private List<AccessObject> affectedObjects(GrantState seen) {
    BitSet items = new BitSet();
    for (GrantStatement act : done) {
      act.on().ifPresent(object -> add(seen, object, items));
    }
    return reached(seen, items);
  }

  /** These, and all that they lead to. */
  static List<AccessObject> reached(GrantState seen, BitSet items) {
    boolean moved = true;
    while (moved) {
      moved = false;
      for (List<AccessEdge> ways : seen.snapshot().edges().values()) {
        for (AccessEdge way : ways) {
          if (items.get(way.from()) && !items.get(way.to())) {
            items.set(way.to());
            moved = true;
          }
        }
      }
    }
    return items.stream().mapToObj(seen.snapshot().items()::get).map(Securable::object).toList();
  }

  private static void add(GrantState seen, AccessObject object, BitSet items) {
    for (Securable item : seen.snapshot().items()) {
      if (item.object().equals(object)) {
        items.set(item.number());
        if (object.kind() == Kind.SCHEMA) {
          seen.snapshot().items().stream()
              .filter(one -> one.schema() == item.number())
              .forEach(one -> items.set(one.number()));
        }
      }
    }
  }
}

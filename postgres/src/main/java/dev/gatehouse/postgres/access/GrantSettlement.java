package dev.gatehouse.postgres.access;

import dev.gatehouse.core.access.AccessObject;
import dev.gatehouse.core.access.AccessObject.Kind;
import dev.gatehouse.core.dialect.GrantMethod.Settled;
import dev.gatehouse.core.dialect.GrantMethod.Wanted;
import dev.gatehouse.core.dialect.GrantMethod.Wishes;
import dev.gatehouse.core.outcome.Finding;
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
public final class GrantSettlement {
  /** A revoke may take what a membership gave; what comes after that is done. */
  private static final int ROUNDS = 5;

  /** What is read of a session under one snapshot. */
  @FunctionalInterface
  public interface Look<T> {
    T at(Connection connection) throws SQLException;
  }

  /** Looks at the catalogue, and leaves the session as it is. */
  public interface Eyes {
    <T> T look(Connection connection, Look<T> look) throws SQLException;
  }

  private final Connection connection;
  private final Connection beside;
  private final Eyes eyes;
  private final Wishes wishes;
  private final List<Act> done = new ArrayList<>();
  private final Set<String> tried = new HashSet<>();
  private final Set<String> notes = new LinkedHashSet<>();
  private final List<Finding> unfulfilled = new ArrayList<>();
  private final Set<Integer> roles = new LinkedHashSet<>();

  private GrantSettlement(Connection connection, Connection beside, Eyes eyes, Wishes wishes) {
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
  public static Settled settle(Connection connection, Connection beside, Eyes eyes, Wishes wishes)
      throws SQLException {
    return new GrantSettlement(connection, beside, eyes, wishes).settled();
  }

  private Settled settled() throws SQLException {
    Seen before = eyes.look(connection, Seen::read);
    Seen now = before;
    for (int round = 1; ; round++) {
      List<Act> acts = open(now);
      if (acts.isEmpty() || round > ROUNDS) {
        break;
      }
      Acts.Outcome outcome = Acts.execute(connection, acts);
      done.addAll(outcome.done());
      unfulfilled.addAll(outcome.findings());
      now = eyes.look(connection, Seen::read);
    }
    return new Settled(
        before.access(),
        now.access(),
        done.stream().map(Act::text).toList(),
        List.copyOf(notes),
        unfulfilled,
        done.stream().flatMap(act -> act.given().stream()).toList(),
        affectedRoles(now),
        affectedObjects(now),
        List.of(),
        GrantInverse.of(connection, beside, eyes));
  }

  /** What is to be done and was not tried yet. */
  private List<Act> open(Seen now) {
    boolean first = tried.isEmpty();
    Wanted wanted = wishes.in(now.access());
    Needs needs = Needs.of(now, wanted);
    roles.addAll(needs.roles());
    Revoking revoking = Revoking.of(now, needs, wanted);
    Granting granting = Granting.of(now, needs, wanted);
    if (first) {
      notes.addAll(granting.notes());
      notes.addAll(revoking.notes());
      unfulfilled.addAll(revoking.impossible());
      unfulfilled.addAll(granting.impossible());
    }
    List<Act> acts = new ArrayList<>();
    for (Act act : revoking.acts()) {
      if (tried.add(act.text())) {
        acts.add(act);
      }
    }
    for (Act act : granting.acts()) {
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
  private List<String> affectedRoles(Seen seen) {
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
  private List<AccessObject> affectedObjects(Seen seen) {
    BitSet items = new BitSet();
    for (Act act : done) {
      act.on().ifPresent(object -> add(seen, object, items));
    }
    return reached(seen, items);
  }

  /** These, and all that they lead to. */
  static List<AccessObject> reached(Seen seen, BitSet items) {
    boolean moved = true;
    while (moved) {
      moved = false;
      for (List<Way> ways : seen.snapshot().into().values()) {
        for (Way way : ways) {
          if (items.get(way.from()) && !items.get(way.to())) {
            items.set(way.to());
            moved = true;
          }
        }
      }
    }
    return items.stream().mapToObj(seen.snapshot().items()::get).map(Item::object).toList();
  }

  private static void add(Seen seen, AccessObject object, BitSet items) {
    for (Item item : seen.snapshot().items()) {
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

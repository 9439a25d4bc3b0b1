package dev.gatehouse.postgres.access;

import dev.gatehouse.core.access.Hop;
import dev.gatehouse.core.access.Hop.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * What roles are to each other.
 *
 * <p>Two sets of roles belong to each role. Those whose privileges it has now: itself, PUBLIC, what
 * it inherits, and the same of the role that its sessions begin as. And those whose privileges it
 * can make its own: what it may SET ROLE to, and what it may grant to itself, again and again.
 */
final class RoleGraph {
  private final int major;
  private final List<Role> roles;
  private final List<List<Membership>> of;
  private final int[] loginAs;
  private final AtomicReferenceArray<BitSet> own;
  private final AtomicReferenceArray<BitSet> held;
  private final AtomicReferenceArray<BitSet> acting;
  private final AtomicReferenceArray<BitSet> reach;

  RoleGraph(
      int major, List<Role> roles, List<Membership> memberships, Map<Integer, Integer> login) {
    this.major = major;
    this.roles = List.copyOf(roles);
    this.of = new ArrayList<>();
    roles.forEach(role -> of.add(new ArrayList<>()));
    memberships.forEach(membership -> of.get(membership.member()).add(membership));
    this.loginAs = new int[roles.size()];
    this.own = new AtomicReferenceArray<>(roles.size());
    this.held = new AtomicReferenceArray<>(roles.size());
    this.acting = new AtomicReferenceArray<>(roles.size());
    this.reach = new AtomicReferenceArray<>(roles.size());
    for (int role = 0; role < loginAs.length; role++) {
      int other = login.getOrDefault(role, role);
      loginAs[role] = roles.get(role).superuser() || settable(role).get(other) ? other : role;
    }
  }

  List<Role> roles() {
    return roles;
  }

  Role role(int number) {
    return roles.get(number);
  }

  /** What it is a member of. */
  List<Membership> memberships(int role) {
    return of.get(role);
  }

  /** The roles whose privileges it has now, PUBLIC among them. */
  BitSet held(int role) {
    BitSet known = held.get(role);
    if (known == null) {
      known = own(role);
      if (loginAs[role] != role) {
        known = (BitSet) known.clone();
        known.or(own(loginAs[role]));
      }
      held.set(role, known);
    }
    return known;
  }

  /** The same without what only its sessions begin with: what the engine does in its name. */
  BitSet own(int role) {
    BitSet known = own.get(role);
    if (known == null) {
      known = inherited(role);
      own.set(role, known);
    }
    return known;
  }

  /** Whether its sessions are above all grants. */
  boolean superuser(int role) {
    return roles.get(role).superuser() || roles.get(loginAs[role]).superuser();
  }

  /** The roles whose privileges it can make its own, those it has now among them. */
  BitSet reach(int role) {
    BitSet known = reach.get(role);
    if (known == null) {
      known = new BitSet(roles.size());
      known.or(held(role));
      BitSet states = acting(role);
      for (int state = states.nextSetBit(0); state >= 0; state = states.nextSetBit(state + 1)) {
        known.or(own(state));
      }
      reach.set(role, known);
    }
    return known;
  }

  /** The roles it can act as, itself among them. */
  BitSet acting(int role) {
    BitSet known = acting.get(role);
    if (known == null) {
      known = new BitSet(roles.size());
      for (int state : states(role).keySet()) {
        known.set(state);
      }
      acting.set(role, known);
    }
    return known;
  }

  private BitSet inherited(int role) {
    BitSet seen = new BitSet(roles.size());
    seen.set(0);
    Deque<Integer> open = new ArrayDeque<>(List.of(role));
    while (!open.isEmpty()) {
      int next = open.pop();
      if (!seen.get(next) || next == 0) {
        seen.set(next);
        for (Membership membership : of.get(next)) {
          if (membership.inherits() && !seen.get(membership.role())) {
            open.push(membership.role());
          }
        }
      }
    }
    return seen;
  }

  /** What its sessions may SET ROLE to, itself among them. */
  BitSet settable(int role) {
    BitSet seen = new BitSet(roles.size());
    Deque<Integer> open = new ArrayDeque<>(List.of(role));
    while (!open.isEmpty()) {
      int next = open.pop();
      if (!seen.get(next)) {
        seen.set(next);
        for (Membership membership : of.get(next)) {
          if (membership.sets()) {
            open.push(membership.role());
          }
        }
      }
    }
    return seen;
  }

  /** How a role comes to act as another: from which, by which link. */
  private record Arrival(int from, Hop hop) {}

  /** In the order in which they are found, the shortest way to each first. */
  private Map<Integer, Arrival> states(int role) {
    Map<Integer, Arrival> states = new LinkedHashMap<>();
    Deque<Integer> open = new ArrayDeque<>(List.of(role));
    states.put(role, new Arrival(-1, Hop.of(Kind.MEMBER, "")));
    while (!open.isEmpty()) {
      int state = open.pop();
      arrivals(role, state)
          .forEach(
              (next, hops) -> {
                if (states.putIfAbsent(next, hops) == null) {
                  open.add(next);
                }
              });
    }
    return states;
  }

  private Map<Integer, Arrival> arrivals(int session, int state) {
    Map<Integer, Arrival> next = new LinkedHashMap<>();
    for (Membership membership : of.get(state)) {
      if (membership.sets()) {
        next.putIfAbsent(membership.role(), new Arrival(state, setRole(membership)));
      }
    }
    BitSet held = own(state);
    for (int has = held.nextSetBit(0); has >= 0; has = held.nextSetBit(has + 1)) {
      for (Membership membership : of.get(has)) {
        // members of a superuser are made by superusers only
        if (membership.admin()
            && !roles.get(membership.role()).superuser()
            && !circle(session, membership.role())) {
          next.putIfAbsent(membership.role(), new Arrival(state, admin(session, membership)));
        }
      }
    }
    if (major < 16 && roles.get(state).createsRoles()) {
      for (Role other : roles) {
        if (!other.superuser()
            && other.number() != 0
            && !other.name().equals("pg_database_owner")
            && !circle(session, other.number())) {
          next.putIfAbsent(other.number(), new Arrival(state, createRole(session, state, other)));
        }
      }
    }
    return next;
  }

  /**
   * Whether the role is a member of that one, so that the server refuses the other way round. A
   * detour over what that one has set is a circle as well.
   */
  private boolean circle(int session, int role) {
    BitSet within = new BitSet(roles.size());
    Deque<Integer> open = new ArrayDeque<>(List.of(role));
    while (!open.isEmpty()) {
      int next = open.pop();
      if (!within.get(next)) {
        within.set(next);
        of.get(next).forEach(membership -> open.push(membership.role()));
      }
    }
    return within.get(session);
  }

  private Hop setRole(Membership membership) {
    Role member = roles.get(membership.member());
    Role role = roles.get(membership.role());
    return Hop.of(Kind.SET_ROLE, member.words() + " may SET ROLE " + role.quoted())
        .withStep("SET ROLE " + role.quoted())
        .withFix(revoke(membership));
  }

  private Hop admin(int session, Membership membership) {
    Role member = roles.get(membership.member());
    Role role = roles.get(membership.role());
    return Hop.of(Kind.ADMIN, member.words() + " has ADMIN OPTION on " + role.quoted())
        .withStep(grantTo(session, role))
        .withFix(revokingAdmin(role, member));
  }

  static String revokingAdmin(Role of, Role member) {
    return "REVOKE ADMIN OPTION FOR " + of.quoted() + " FROM " + member.quoted();
  }

  private Hop createRole(int session, int state, Role other) {
    Role role = roles.get(state);
    return Hop.of(
            Kind.ADMIN,
            role.words() + " has CREATEROLE, and so may grant " + other.quoted() + " to anybody")
        .withStep(grantTo(session, other))
        .withFix("ALTER ROLE " + role.quoted() + " NOCREATEROLE");
  }

  /** As the new member it goes on: attributes and further grants are those of that role. */
  private String grantTo(int session, Role role) {
    return "GRANT "
        + role.quoted()
        + " TO "
        + roles.get(session).quoted()
        + (major >= 16 ? " WITH INHERIT TRUE, SET TRUE" : "")
        + "; SET ROLE "
        + role.quoted();
  }

  private String revoke(Membership membership) {
    return membership.implicit()
        ? ""
        : "REVOKE "
            + roles.get(membership.role()).quoted()
            + " FROM "
            + roles.get(membership.member()).quoted();
  }

  /** The links to a role whose privileges it has now; none when it is that role, or PUBLIC. */
  List<Hop> chain(int role, int target) {
    if (target == 0 || target == role) {
      return List.of();
    }
    if (own(role).get(target)) {
      return memberships(role, target);
    }
    int other = loginAs[role];
    List<Hop> chain = new ArrayList<>();
    chain.add(login(role));
    chain.addAll(memberships(other, target));
    return chain;
  }

  /** The link to the superuser that it is, now. */
  List<Hop> superuserChain(int role) {
    return roles.get(role).superuser()
        ? List.of(superuserLink(role))
        : List.of(login(role), superuserLink(loginAs[role]));
  }

  Hop superuserLink(int role) {
    Role superuser = roles.get(role);
    return Hop.of(Kind.SUPERUSER, superuser.words() + " is a superuser")
        .withFix("ALTER ROLE " + superuser.quoted() + " NOSUPERUSER");
  }

  private Hop login(int role) {
    return Hop.of(
            Kind.LOGIN,
            roles.get(role).words()
                + " becomes "
                + roles.get(loginAs[role]).quoted()
                + " at login (ALTER ROLE ... SET role)")
        .withFix("ALTER ROLE " + roles.get(role).quoted() + " RESET role");
  }

  /** The links to a role whose privileges it can make its own. */
  List<Hop> reachChain(int role, int target) {
    if (held(role).get(target)) {
      return chain(role, target);
    }
    Map<Integer, Arrival> states = states(role);
    for (int state : states.keySet()) {
      if (own(state).get(target)) {
        List<Hop> chain = arrival(states, state);
        chain.addAll(chain(state, target));
        return chain;
      }
    }
    throw new IllegalArgumentException(role + " does not reach " + target);
  }

  /** Who it is when it has the privileges of that role: itself, or a role that it has set. */
  int actor(int role, int target) {
    if (held(role).get(target)) {
      return role;
    }
    for (int state : states(role).keySet()) {
      if (own(state).get(target)) {
        return state;
      }
    }
    return role;
  }

  /** The links to a role it can act as. */
  List<Hop> actingChain(int role, int target) {
    return arrival(states(role), target);
  }

  private static List<Hop> arrival(Map<Integer, Arrival> states, int target) {
    List<Hop> chain = new ArrayList<>();
    for (Arrival at = states.get(target);
        at != null && at.from() >= 0;
        at = states.get(at.from())) {
      chain.add(at.hop());
    }
    Collections.reverse(chain);
    return chain;
  }

  private List<Hop> memberships(int role, int target) {
    Map<Integer, Membership> by = new HashMap<>();
    Deque<Integer> open = new ArrayDeque<>(List.of(role));
    while (!open.isEmpty() && !by.containsKey(target)) {
      for (Membership membership : of.get(open.remove())) {
        if (membership.inherits() && membership.role() != role) {
          if (by.putIfAbsent(membership.role(), membership) == null) {
            open.add(membership.role());
          }
        }
      }
    }
    List<Hop> chain = new ArrayList<>();
    for (Membership at = by.get(target); at != null; at = by.get(at.member())) {
      chain.add(member(at));
    }
    Collections.reverse(chain);
    return chain;
  }

  private Hop member(Membership membership) {
    String member = roles.get(membership.member()).words();
    String role = roles.get(membership.role()).quoted();
    return membership.implicit()
        ? Hop.of(Kind.MEMBER, member + " owns the database, and so is " + role)
        : Hop.of(Kind.MEMBER, member + " is a member of " + role + " (inherited)")
            .withFix(revoke(membership));
  }

  /**
   * That a role is a member of another, with the options as the engine applies them.
   *
   * @param inherits its privileges are the member's
   * @param sets the member may become it
   * @param admin the member may make members of it
   * @param implicit a rule of the product and no grant: the database's owner is pg_database_owner
   */
  record Membership(
      int role, int member, boolean inherits, boolean sets, boolean admin, boolean implicit) {}
}

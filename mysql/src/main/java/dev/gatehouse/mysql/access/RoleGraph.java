package dev.gatehouse.mysql.access;

import dev.gatehouse.core.access.Hop;
import dev.gatehouse.mysql.access.RoleState.Identity;
import dev.gatehouse.mysql.access.RoleState.Look;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Which roles somebody is in, and which of them are active when. */
final class RoleGraph {
  private final GrantTables grants;
  private final List<List<RoleEdge>> of = new ArrayList<>();
  private final Optional<Account> everybody;
  private final Map<Integer, List<RoleState>> states = new ConcurrentHashMap<>();

  RoleGraph(GrantTables grants) {
    this.grants = grants;
    grants.accounts().forEach(account -> of.add(new ArrayList<>()));
    grants.edges().forEach(edge -> of.get(edge.member()).add(edge));
    this.everybody = grants.accounts().stream().filter(Account::isPublic).findFirst();
  }

  Account account(int number) {
    return grants.accounts().get(number);
  }

  List<RoleEdge> rolesOf(int account) {
    return of.get(account);
  }

  /** As it is when its login begins. */
  RoleState login(Account account) {
    return states(account).get(0);
  }

  /** What it can be: as its login begins, without a role, and with each that it was granted. */
  List<RoleState> states(Account account) {
    return states.computeIfAbsent(account.number(), number -> found(account));
  }

  private List<RoleState> found(Account account) {
    List<RoleState> all = new ArrayList<>();
    if (account.role()) {
      all.add(new RoleState(account, identities(account, List.of()), List.of(), ""));
      return all;
    }
    Set<Account> granted = new LinkedHashSet<>();
    grantsTo(account).forEach(edge -> granted.add(account(edge.role())));
    List<Account> first = atLogin(account, granted);
    all.add(state(account, first, ""));
    if (!first.isEmpty()) {
      all.add(state(account, List.of(), "SET ROLE NONE"));
    }
    for (Account role : granted) {
      if (!first.equals(List.of(role))) {
        all.add(state(account, List.of(role), "SET ROLE " + role.inSql()));
      }
    }
    return all;
  }

  /** MariaDB looks for them by the user and where the login comes from, and at PUBLIC. */
  private List<RoleEdge> grantsTo(Account account) {
    List<RoleEdge> all = new ArrayList<>(of.get(account.number()));
    if (!grants.settings().rolesAreAccounts() && !account.role()) {
      for (Account other : grants.accounts()) {
        boolean met =
            !other.role()
                && other.user().equals(account.user())
                && Hosts.overlap(other.host(), account.host());
        if (other.number() != account.number() && (met || other.isPublic())) {
          all.addAll(of.get(other.number()));
        }
      }
    }
    return all;
  }

  private List<Account> atLogin(Account account, Set<Account> granted) {
    Settings settings = grants.settings();
    Set<Integer> defaults = settings.defaults().getOrDefault(account.number(), Set.of());
    return granted.stream()
        .filter(role -> settings.allRolesActive() || defaults.contains(role.number()))
        .toList();
  }

  /** In whose name a view, routine or trigger of it runs: MariaDB leaves its role out. */
  RoleState definer(Account account) {
    return grants.settings().rolesAreAccounts() || account.role()
        ? login(account)
        : state(account, List.of(), "");
  }

  private RoleState state(Account account, List<Account> roles, String step) {
    return new RoleState(account, identities(account, roles), roles, step);
  }

  private List<Identity> identities(Account account, List<Account> roles) {
    if (grants.settings().rolesAreAccounts()) {
      Set<Account> together = new LinkedHashSet<>(List.of(account));
      roles.forEach(role -> together.addAll(closure(role)));
      return List.of(
          roles.isEmpty()
              ? new Identity(List.of(account), Look.BY_LOGIN)
              : new Identity(List.copyOf(together), Look.TOGETHER));
    }
    List<Identity> identities = new ArrayList<>();
    if (account.role()) {
      identities.add(new Identity(closure(account), Look.NARROWEST));
    } else {
      identities.add(new Identity(List.of(account), Look.BY_LOGIN));
      for (Account role : roles) {
        identities.add(new Identity(closure(role), Look.NARROWEST));
        lent(account, role).forEach(identities::add);
      }
    }
    everybody
        .filter(one -> one.number() != account.number())
        .ifPresent(one -> identities.add(new Identity(closure(one), Look.NARROWEST)));
    return List.copyOf(identities);
  }

  /**
   * SET ROLE of a role that was granted to the same user of other hosts gives the session what that
   * account has on the whole server, too (seen on MariaDB 10.11 and 11.4).
   */
  private List<Identity> lent(Account account, Account role) {
    return grantsTo(account).stream()
        .filter(edge -> edge.role() == role.number() && edge.member() != account.number())
        .map(edge -> account(edge.member()))
        .filter(member -> !member.role())
        .map(member -> new Identity(List.of(member), Look.EVERYWHERE_ALONE))
        .toList();
  }

  /** The role and what it was granted, again and again. */
  private List<Account> closure(Account role) {
    Set<Account> seen = new LinkedHashSet<>();
    Deque<Account> open = new ArrayDeque<>(List.of(role));
    while (!open.isEmpty()) {
      Account next = open.remove();
      if (seen.add(next)) {
        of.get(next.number()).stream()
            .filter(edge -> !edge.mandatory())
            .forEach(edge -> open.add(account(edge.role())));
      }
    }
    return List.copyOf(seen);
  }

  /** The links from somebody in a state to one whose rows count then; none to itself. */
  List<Hop> chain(RoleState state, Account to) {
    List<Hop> chain = new ArrayList<>();
    if (!state.step().isEmpty()) {
      chain.add(
          Hop.of(Hop.Kind.SET_ROLE, state.account().name() + " may " + state.step())
              .withStep(state.step())
              .withFix(state.active().isEmpty() ? "" : revoke(state.active().get(0), state)));
    }
    if (to.number() != state.account().number()) {
      chain.addAll(links(state, to));
    }
    return chain;
  }

  private String revoke(Account role, RoleState state) {
    return grantsTo(state.account()).stream()
        .filter(edge -> edge.role() == role.number() && !edge.mandatory())
        .map(edge -> "REVOKE " + role.inSql() + " FROM " + account(edge.member()).inSql())
        .findFirst()
        .orElse("");
  }

  private List<Hop> links(RoleState state, Account to) {
    Map<Integer, RoleEdge> by = new HashMap<>();
    Deque<Integer> open = new ArrayDeque<>();
    int from = state.account().number();
    for (RoleEdge edge : grantsTo(state.account())) {
      if ((state.account().role() || state.active().contains(account(edge.role())))
          && by.putIfAbsent(edge.role(), edge) == null) {
        open.add(edge.role());
      }
    }
    while (!open.isEmpty() && !by.containsKey(to.number())) {
      for (RoleEdge edge : of.get(open.remove())) {
        if (edge.role() != from && !edge.mandatory() && by.putIfAbsent(edge.role(), edge) == null) {
          open.add(edge.role());
        }
      }
    }
    List<Hop> links = new ArrayList<>();
    for (RoleEdge at = by.get(to.number());
        at != null && links.size() <= by.size();
        at = by.get(at.member())) {
      links.add(link(at));
    }
    Collections.reverse(links);
    if (links.isEmpty() && !to.role()) {
      String lent = state.account().name() + " gets with the role what " + to.name() + " has";
      return List.of(Hop.of(Hop.Kind.MEMBER, lent));
    }
    return links.isEmpty() && everybody.isPresent()
        ? List.of(Hop.of(Hop.Kind.PUBLIC, state.account().name() + " has what PUBLIC has"))
        : links;
  }

  private Hop link(RoleEdge edge) {
    Account role = account(edge.role());
    Account member = account(edge.member());
    return edge.mandatory()
        ? Hop.of(Hop.Kind.MEMBER, "role " + role.name() + " is mandatory for all")
        : Hop.of(Hop.Kind.MEMBER, member.name() + " has role " + role.name())
            .withFix("REVOKE " + role.inSql() + " FROM " + member.inSql());
  }
}

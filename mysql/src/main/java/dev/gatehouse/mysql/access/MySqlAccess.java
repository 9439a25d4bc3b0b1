package dev.gatehouse.mysql.access;

import dev.gatehouse.core.access.AccessObject;
import dev.gatehouse.core.access.AccessObject.Kind;
import dev.gatehouse.core.access.EffectiveAccess;
import dev.gatehouse.core.access.Escalation;
import dev.gatehouse.core.access.FutureGrant;
import dev.gatehouse.core.access.Hop;
import dev.gatehouse.core.access.Obstacle;
import dev.gatehouse.core.access.Path;
import dev.gatehouse.core.access.Verdict;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The servers' rules over a snapshot. */
final class MySqlAccess implements EffectiveAccess {
  /** TRUNCATE is no privilege here: who may DROP a table may empty it. */
  private static final String TRUNCATE = "TRUNCATE";

  private final Snapshot snapshot;
  private final Names names;
  private final RoleGraph graph;
  private final DirectRights direct;
  private final AccessEdges edges;
  private final Escalations escalations;
  private final OrphanGrants orphans;
  private final Map<RoleState, IndirectRights> indirect = new ConcurrentHashMap<>();

  MySqlAccess(Snapshot snapshot) {
    this.snapshot = snapshot;
    this.names = new Names(snapshot);
    this.graph = new RoleGraph(snapshot.grants());
    this.direct = new DirectRights(snapshot, graph);
    this.edges = new AccessEdges(snapshot);
    this.escalations = new Escalations(snapshot, graph, direct);
    this.orphans = new OrphanGrants(snapshot, graph);
  }

  @Override
  public List<String> roles(String pattern) {
    return names.roles(pattern);
  }

  @Override
  public List<AccessObject> objects(Kind kind, String pattern) {
    return names.objects(kind, pattern);
  }

  @Override
  public String form(AccessObject object) {
    return object.kind() == Kind.COLUMN ? object.kind().words() : names.item(object).form();
  }

  @Override
  public Set<String> privileges(Kind kind) {
    return Right.names(Right.of(kind));
  }

  @Override
  public Set<String> ownersAlone(Kind kind) {
    return kind == Kind.TABLE ? Set.of(TRUNCATE) : Set.of();
  }

  @Override
  public Set<String> notDenied(String role, AccessObject object) {
    Account account = names.account(role);
    Item item = names.item(object);
    long possible = Right.of(object.kind());
    if (object.kind() == Kind.COLUMN) {
      long mask = 0;
      for (Right right : Right.in(possible)) {
        mask |= paths(account, right, object).isEmpty() ? 0 : right.bit();
      }
      return Right.names(mask);
    }
    long mask = 0;
    for (RoleState state : graph.states(account)) {
      mask |= direct.mask(state, item);
      if ((possible & ~mask) != 0) {
        IndirectRights built = indirect(state);
        mask |= built.done(item) | built.perhaps(item) | unseen(built, item);
        if (direct.isMovable(state, item)) {
          for (Right right : Right.in(possible & ~mask)) {
            mask |= direct.byMoving(state, right, item).isEmpty() ? 0 : right.bit();
          }
        }
      }
    }
    for (Escalations.Found one : escalations.powers(account)) {
      mask |= one.power();
    }
    return Right.names(mask & possible);
  }

  Snapshot snapshot() {
    return snapshot;
  }

  Names names() {
    return names;
  }

  RoleGraph graph() {
    return graph;
  }

  DirectRights direct() {
    return direct;
  }

  AccessEdges edges() {
    return edges;
  }

  private IndirectRights indirect(RoleState state) {
    IndirectRights known = indirect.get(state);
    return known != null
        ? known
        : indirect.computeIfAbsent(
            state, key -> new IndirectRights(key, direct, graph, snapshot, edges));
  }

  private long unseen(IndirectRights built, Item item) {
    long mask = 0;
    for (Account account : built.unseen()) {
      mask |= possible(account, item, new LinkedHashSet<>());
    }
    return mask;
  }

  /** What code could do with it that runs as that account and is not to be seen through. */
  private long possible(Account account, Item item, Set<Account> seen) {
    if (!seen.add(account)) {
      return 0;
    }
    RoleState state = graph.definer(account);
    IndirectRights built = indirect(state);
    long mask = direct.mask(state, item) | built.done(item) | built.perhaps(item);
    for (Escalations.Found one : escalations.powers(account)) {
      mask |= one.power();
    }
    for (Account next : built.unseen()) {
      mask |= possible(next, item, seen);
    }
    return mask;
  }

  @Override
  public List<Path> paths(String role, String privilege, AccessObject object) {
    return paths(names.account(role), right(privilege), object);
  }

  private List<Path> paths(Account account, Right right, AccessObject object) {
    Item item = names.item(object);
    String column = object.kind() == Kind.COLUMN ? names.column(object) : "";
    Set<Path> found = new LinkedHashSet<>();
    for (RoleState state : graph.states(account)) {
      List<Path> ways = new ArrayList<>(direct.paths(state, right, item, column));
      if ((direct.mask(state, item) & right.bit()) == 0) {
        ways.addAll(direct.byMoving(state, right, item));
      }
      IndirectRights built = indirect(state);
      ways.addAll(built.to(right, item, column));
      Set<Account> could = new LinkedHashSet<>(built.unseen());
      could.removeIf(one -> (possible(one, item, new LinkedHashSet<>()) & right.bit()) == 0);
      ways.addAll(built.toUnseen(could));
      // what a login begins with is had without any step, which is told once
      ways.stream()
          .filter(path -> state.step().isEmpty() || !RoleState.isDetour(path, found))
          .forEach(found::add);
    }
    for (Escalations.Found one : escalations.powers(account)) {
      if ((one.power() & right.bit()) != 0) {
        found.add(
            one.escalation()
                .path()
                .then(
                    Hop.of(Hop.Kind.ESCALATION, one.escalation().consequence())
                        .withStep("use of that right")));
      }
    }
    return found.stream().sorted(Path.ORDER).toList();
  }

  @Override
  public Verdict verdict(String role, String privilege, AccessObject object) {
    Account account = names.account(role);
    Right right = right(privilege);
    Item item = names.item(object);
    if ((Right.of(object.kind()) & right.bit()) == 0) {
      return new Verdict.Unsupported(
          snapshot.product() + " has no " + right.words() + " on a " + object.kind().words());
    }
    return Verdict.of(
        paths(account, right, object),
        new Verdict.Denied(
            account.name() + " has no " + right.words() + " on " + object + ", by no path",
            direct.grant(right, item, account)));
  }

  @Override
  public List<Obstacle> obstacles(String role, String privilege, AccessObject object) {
    Account account = names.account(role);
    Item item = names.item(object);
    return object.kind() == Kind.COLUMN
        ? List.of()
        : new Usability(snapshot, graph, direct).of(account, right(privilege), item);
  }

  @Override
  public String explain(String role, String privilege, String table) {
    Account account = names.account(role);
    StringBuilder text =
        new StringBuilder(EffectiveAccess.super.explain(account.name(), privilege, table));
    names.takenForOthers(account).forEach(line -> text.append("\n  ").append(line));
    return text.toString();
  }

  @Override
  public List<Escalation> escalations(String role) {
    return escalations.of(names.account(role));
  }

  @Override
  public List<FutureGrant> future(String role) {
    return orphans.of(names.account(role));
  }

  @Override
  public List<String> unread() {
    return List.of();
  }

  private static Right right(String privilege) {
    return privilege.equals(TRUNCATE)
        ? Right.DROP
        : Right.named(privilege)
            .orElseThrow(
                () ->
                    new Refusal(
                        Finding.of(
                                "access.no-privilege",
                                "there is no privilege '" + privilege + "' on objects")
                            .withExpected("a privilege of MySQL and MariaDB on databases or less")
                            .withFound(privilege)
                            .withFix("take it out of the question")));
  }
}

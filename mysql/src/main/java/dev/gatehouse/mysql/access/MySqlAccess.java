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
import java.util.Set;

/** The servers' rules over a snapshot. */
final class MySqlAccess implements EffectiveAccess {
  /** TRUNCATE is no privilege here: who may DROP a table may empty it. */
  private static final String TRUNCATE = "TRUNCATE";

  private static final Hop REFERRED =
      Hop.of(Hop.Kind.GRANT, "that may be enough for a foreign key to it");

  private final Snapshot snapshot;
  private final Names names;
  private final RoleGraph graph;
  private final DirectRights direct;
  private final Escalations escalations;
  private final OrphanGrants orphans;
  private final AccountRights rights;

  MySqlAccess(Snapshot snapshot) {
    this.snapshot = snapshot;
    this.names = new Names(snapshot);
    this.graph = new RoleGraph(snapshot.grants());
    this.direct = new DirectRights(snapshot, graph);
    this.escalations = new Escalations(snapshot, graph, direct);
    this.rights = new AccountRights(snapshot, graph, direct, escalations);
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
    return object.kind() == Kind.COLUMN ? object.kind().words() : names.item(object).asked();
  }

  @Override
  public Set<String> privileges(Kind kind) {
    return Right.names(Right.of(kind));
  }

  @Override
  public Set<String> ownersAlone(Kind kind) {
    return kind != Kind.TABLE
        ? Set.of()
        : referredBy() == 0 ? Set.of(TRUNCATE) : Set.of(TRUNCATE, Right.REFERENCES.words());
  }

  @Override
  public Set<String> notDenied(String role, AccessObject object) {
    Account account = names.account(role);
    Item item = names.item(object);
    if (object.kind() == Kind.COLUMN) {
      long mask = 0;
      for (Right right : Right.in(rights.mask(account, item) & Right.of(Kind.COLUMN))) {
        mask |= paths(account, right, object).isEmpty() ? 0 : right.bit();
      }
      return Right.names(mask);
    }
    return Right.names(rights.mask(account, item));
  }

  /**
   * MariaDB lets who has one of these refer to a table by a foreign key, as if it had REFERENCES:
   * attempts on 11.4 mostly worked, and not always. It is asked for by name alone: {@code
   * mayOnly(SELECT)} allows what SELECT brings.
   */
  private long referredBy() {
    return snapshot.grants().settings().rolesAreAccounts() ? 0 : Right.READS | Right.WRITES;
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

  MovedTables moved() {
    return rights.moved();
  }

  AccessEdges edges() {
    return rights.edges();
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
      for (Right use : Right.in(right == Right.REFERENCES ? referredBy() : 0)) {
        direct.paths(state, use, item, column).forEach(path -> ways.add(referred(path)));
      }
      if ((direct.extent(state).of(item) & right.bit()) == 0) {
        ways.addAll(rights.moved().paths(state, right, item));
      }
      IndirectRights built = rights.indirect(state);
      ways.addAll(built.to(right, item, column));
      Set<Account> could = new LinkedHashSet<>(built.unseen());
      could.removeIf(one -> (rights.unseen(one).of(item) & right.bit()) == 0);
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

  private static Path referred(Path path) {
    Path longer = path.then(REFERRED);
    return path.unknown().isEmpty()
        ? longer.withUnknown("MariaDB mostly takes it for REFERENCES")
        : longer;
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
    return snapshot.functions().isEmpty()
        ? List.of()
        : List.of(
            "what everybody may do by the loadable functions "
                + String.join(", ", snapshot.functions()));
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

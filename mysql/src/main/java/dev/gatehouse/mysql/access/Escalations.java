package dev.gatehouse.mysql.access;

import dev.gatehouse.core.access.AccessObject.Kind;
import dev.gatehouse.core.access.Escalation;
import dev.gatehouse.core.access.Hop;
import dev.gatehouse.core.access.Path;
import dev.gatehouse.mysql.access.RoleState.Identity;
import dev.gatehouse.mysql.session.Accounts;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Rights that lead to others (MySQL Reference Manual, Privileges Provided by MySQL; MariaDB's,
 * GRANT).
 */
final class Escalations {
  /**
   * One of them.
   *
   * @param power mask of what can be done by it with any object
   */
  record Found(Escalation escalation, long power) {}

  private record Power(String consequence, long rights) {}

  private static final long ALL = -1;

  private static final Map<String, Power> POWERS = new LinkedHashMap<>();

  static {
    POWERS.put("SUPER", new Power("may define programs that run as anybody", ALL));
    POWERS.put("CREATE USER", new Power("may set the password of any account", ALL));
    POWERS.put("ROLE_ADMIN", new Power("may grant itself any account as a role", ALL));
    POWERS.put("SET_USER_ID", new Power("may define programs that run as anybody", ALL));
    POWERS.put("SET_ANY_DEFINER", new Power("may define programs that run as anybody", ALL));
    POWERS.put("SET USER", new Power("may define programs that run as anybody", ALL));
    POWERS.put("SYSTEM_VARIABLES_ADMIN", new Power("may set what all sessions begin with", ALL));
    POWERS.put("FILE", new Power("reads and writes files of the server", ALL));
    POWERS.put("REPLICATION SLAVE", new Power("reads every change in the binary log", Right.READS));
    POWERS.put("CLONE_ADMIN", new Power("may copy the whole server", Right.READS));
    POWERS.put("BACKUP_ADMIN", new Power("may copy the whole server by a clone", Right.READS));
    for (String source : List.of("REPLICATION_SLAVE_ADMIN", "REPLICATION SLAVE ADMIN")) {
      POWERS.put(source, new Power("may have the server follow another one", ALL));
    }
    for (String replays : List.of("BINLOG_ADMIN", "REPLICATION_APPLIER", "BINLOG REPLAY")) {
      POWERS.put(replays, new Power("may have rows changed by BINLOG", Right.WRITES));
    }
    POWERS.put("PROCESS", new Power("reads the statements of others, secrets in them too", 0));
    POWERS.put("GRANT OPTION", new Power("passes on what it has on the whole server", 0));
  }

  private static final Set<String> DECIDING =
      Set.of(
          "user",
          "global_priv",
          "db",
          "tables_priv",
          "columns_priv",
          "procs_priv",
          "proxies_priv",
          "role_edges",
          "roles_mapping",
          "default_roles",
          "global_grants",
          "func",
          "plugin",
          "proc",
          "event",
          "component");

  private final Snapshot snapshot;
  private final RoleGraph graph;
  private final DirectRights direct;
  private final Set<String> handedOn = new HashSet<>();
  private final List<Item> deciding;
  private final Map<Integer, List<Found>> powers = new ConcurrentHashMap<>();

  Escalations(Snapshot snapshot, RoleGraph graph, DirectRights direct) {
    this.snapshot = snapshot;
    this.graph = graph;
    this.direct = direct;
    this.deciding =
        snapshot.items().stream()
            .filter(item -> item.kind() == Kind.TABLE && item.database().equals("mysql"))
            .filter(item -> DECIDING.contains(item.name()))
            .toList();
    Stream.concat(snapshot.grants().onTables().stream(), snapshot.grants().onRoutines().stream())
        .filter(row -> (row.rights() & Right.GRANT_OPTION.bit()) != 0)
        .forEach(row -> handedOn.add(snapshot.grants().keyOf(row)));
  }

  /** Those by which more can be done than what was granted. */
  List<Found> powers(Account account) {
    return powers.computeIfAbsent(account.number(), number -> foundPowers(account));
  }

  private List<Found> foundPowers(Account account) {
    List<Found> found = new ArrayList<>();
    for (RoleState state : graph.states(account)) {
      for (Identity identity : state.identities()) {
        for (Account one : identity.accounts()) {
          everywhere(state, one, found);
        }
      }
      deciding(state, found);
    }
    proxies(account, found);
    return withoutDetours(found);
  }

  private static List<Found> withoutDetours(List<Found> found) {
    List<Path> paths = found.stream().map(one -> one.escalation().path()).toList();
    return found.stream()
        .filter(one -> !RoleState.isDetour(one.escalation().path(), paths))
        .distinct()
        .toList();
  }

  /** All of them. */
  List<Escalation> of(Account account) {
    List<Found> found = new ArrayList<>(powers(account));
    graph.states(account).forEach(state -> handingOn(state, found));
    admin(account, found);
    return withoutDetours(found).stream().map(Found::escalation).distinct().toList();
  }

  private void everywhere(RoleState state, Account one, List<Found> found) {
    POWERS.forEach(
        (privilege, power) -> {
          if (one.globals().contains(privilege)) {
            List<Hop> hops = new ArrayList<>(graph.chain(state, one));
            hops.add(
                Hop.of(
                        privilege.equals("SUPER") ? Hop.Kind.SUPERUSER : Hop.Kind.ESCALATION,
                        one.name() + " has " + privilege + " on *.*")
                    .withFix("REVOKE " + privilege + " ON *.* FROM " + one.inSql()));
            add(found, hops, power.consequence(), power.rights());
          }
        });
  }

  /** Who writes the grant tables decides about all grants, once they are read again. */
  private void deciding(RoleState state, List<Found> found) {
    for (Item item : deciding) {
      long may = direct.extent(state).of(item) & (Right.INSERT.bit() | Right.UPDATE.bit());
      for (Right right : Right.in(may)) {
        for (Path path : direct.paths(state, right, item, /* column= */ "")) {
          add(found, path.hops(), "writes tables in which grants and programs stand", ALL);
        }
      }
    }
  }

  private void handingOn(RoleState state, List<Found> found) {
    boolean everywhere =
        state.identities().stream()
            .flatMap(identity -> identity.accounts().stream())
            .anyMatch(one -> one.globals().contains(Right.GRANT_OPTION.words()));
    for (Item item : everywhere ? List.<Item>of() : snapshot.items()) {
      if ((direct.extent(state).any(item) & Right.GRANT_OPTION.bit()) != 0
          && (item.kind() == Kind.DATABASE || handedOn.contains(snapshot.grants().keyOf(item)))) {
        for (Path path : direct.paths(state, Right.GRANT_OPTION, item, /* column= */ "")) {
          add(found, path.hops(), "passes on what it has there", 0);
        }
      }
    }
  }

  private void admin(Account account, List<Found> found) {
    for (RoleEdge edge : graph.rolesOf(account.number())) {
      if (edge.admin()) {
        Account role = graph.account(edge.role());
        Hop hop =
            Hop.of(
                    Hop.Kind.ADMIN,
                    account.name() + " has role " + role.name() + " WITH ADMIN OPTION")
                .withFix("REVOKE " + role.inSql() + " FROM " + account.inSql());
        add(found, List.of(hop), "makes others members of it", 0);
      }
    }
  }

  private void proxies(Account account, List<Found> found) {
    for (Proxy proxy : snapshot.grants().proxies()) {
      if (!account.role()
          && (proxy.user().isEmpty() || Wildcards.match(proxy.user(), account.user()))
          && Hosts.overlap(proxy.host(), account.host())) {
        String other = proxy.proxiedUser() + "@" + proxy.proxiedHost();
        boolean anybody = proxy.proxiedUser().isEmpty();
        Hop hop =
            Hop.of(Hop.Kind.LOGIN, account.name() + " has PROXY on " + (anybody ? "all" : other))
                .withFix(
                    "REVOKE PROXY ON "
                        + Accounts.quoted(proxy.proxiedUser())
                        + "@"
                        + Accounts.quoted(proxy.proxiedHost())
                        + " FROM "
                        + account.inSql());
        add(
            found,
            List.of(hop),
            "acts as " + (anybody ? "anybody" : other) + " where a plugin says so",
            ALL);
      }
    }
  }

  private static void add(List<Found> found, List<Hop> hops, String consequence, long power) {
    found.add(new Found(new Escalation(Path.of(hops), consequence), power));
  }
}

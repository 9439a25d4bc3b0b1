package dev.gatehouse.postgres.access;

import dev.gatehouse.core.access.Escalation;
import dev.gatehouse.core.access.Hop;
import dev.gatehouse.core.access.Path;
import dev.gatehouse.postgres.access.RoleGraph.Membership;
import dev.gatehouse.postgres.access.ServerPrivileges.ServerPrivilege;
import dev.gatehouse.postgres.access.ServerPrivileges.ServerPrivilege.Power;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** Rights that lead to many others, and who can come by them. */
final class Escalations {

  /** One of them, with how far it leads. */
  record Found(Escalation escalation, Power power) {}

  private record Program(String role, String consequence, Power power) {}

  private static final List<Program> PROGRAMS =
      List.of(
          new Program(
              "pg_execute_server_program",
              "it runs programs as the server's operating system account, and so is superuser",
              Power.ALL),
          new Program(
              "pg_write_server_files",
              "it writes files of the server, and so becomes superuser",
              Power.ALL),
          new Program(
              "pg_read_server_files",
              "it reads any file of the server, tables among them",
              Power.READ),
          new Program(
              "pg_create_subscription",
              "it has the server connect to others and takes what they send",
              Power.NONE),
          new Program("pg_read_all_data", "it reads every table", Power.NONE),
          new Program("pg_write_all_data", "it changes every table", Power.NONE),
          new Program("pg_maintain", "it locks and rebuilds every table", Power.NONE),
          new Program("pg_monitor", "it sees what all sessions execute, and settings", Power.NONE),
          new Program("pg_read_all_stats", "it sees what all sessions execute", Power.NONE),
          new Program("pg_read_all_settings", "it sees settings kept for superusers", Power.NONE),
          new Program("pg_stat_scan_tables", "it locks tables while it counts in them", Power.NONE),
          new Program("pg_signal_backend", "it ends sessions of others", Power.NONE),
          new Program("pg_signal_autovacuum_worker", "it ends vacuums", Power.NONE),
          new Program("pg_checkpoint", "it has the server write all it holds", Power.NONE),
          new Program(
              "pg_use_reserved_connections", "it takes connections kept for others", Power.NONE));

  private final Snapshot snapshot;
  private final RoleGraph graph;
  private final CodeOfOthers code;
  private final AtomicReferenceArray<List<Found>> known;

  Escalations(Snapshot snapshot) {
    this.snapshot = snapshot;
    this.graph = snapshot.graph();
    this.code = new CodeOfOthers(snapshot);
    this.known = new AtomicReferenceArray<>(graph.roles().size());
  }

  List<Found> of(int role) {
    List<Found> found = known.get(role);
    if (found == null) {
      found = List.copyOf(find(role));
      known.set(role, found);
    }
    return found;
  }

  /** Rights on objects that they lead to. */
  int mask(int role, int possible) {
    int mask = 0;
    for (Found found : of(role)) {
      mask |= mask(found.power(), possible);
    }
    return mask;
  }

  static int mask(Power power, int possible) {
    return switch (power) {
      case ALL -> possible;
      case READ -> possible & Right.SELECT.bit;
      case NONE -> 0;
    };
  }

  private List<Found> find(int role) {
    List<Found> found = new ArrayList<>();
    if (graph.superuser(role)) {
      found.add(found(graph.superuserChain(role), "it is above all grants", Power.ALL));
      return found;
    }
    BitSet acting = graph.acting(role);
    for (int state = acting.nextSetBit(0); state >= 0; state = acting.nextSetBit(state + 1)) {
      attributes(found, role, state);
    }
    BitSet reach = graph.reach(role);
    for (Program program : PROGRAMS) {
      Integer number = snapshot.roleNumbers().get(program.role());
      if (number != null && reach.get(number) && number != role && !byMonitor(role, number)) {
        found.add(found(graph.reachChain(role, number), program.consequence(), program.power()));
      }
    }
    for (ServerPrivilege special : snapshot.specials()) {
      if (reach.get(special.grantee())) {
        List<Hop> hops = new ArrayList<>(graph.reachChain(role, special.grantee()));
        hops.add(granted(special));
        found.add(found(hops, special.consequence(), special.power()));
      }
    }
    found.addAll(admins(role, reach));
    found.addAll(code.of(role));
    return found;
  }

  /** What pg_monitor is in is told by it. */
  private boolean byMonitor(int role, int number) {
    List<Hop> chain = graph.reachChain(role, number);
    return chain.size() > 1
        && chain.get(chain.size() - 1).sentence().startsWith("pg_monitor is a member of ");
  }

  private Hop granted(ServerPrivilege special) {
    Role grantee = graph.role(special.grantee());
    return Hop.of(Hop.Kind.ESCALATION, grantee.words() + " has " + special.what())
        .withFix(special.fix());
  }

  private void attributes(List<Found> found, int role, int state) {
    Role as = graph.role(state);
    if (as.superuser()) {
      List<Hop> hops = new ArrayList<>(graph.actingChain(role, state));
      hops.add(graph.superuserLink(state));
      found.add(found(hops, "it is above all grants", Power.ALL));
    }
    if (as.createsRoles()) {
      found.add(
          attribute(
              role,
              as,
              "CREATEROLE",
              snapshot.major() < 16
                  ? "it grants itself any role that is no superuser, such as"
                      + " pg_execute_server_program"
                  : "it makes roles, and changes those it has ADMIN OPTION on",
              snapshot.major() < 16 ? Power.ALL : Power.NONE));
    }
    if (as.replicates()) {
      found.add(attribute(role, as, "REPLICATION", "it copies the whole server", Power.READ));
    }
    if (as.bypassesPolicies()) {
      found.add(attribute(role, as, "BYPASSRLS", "no row-level policy holds for it", Power.NONE));
    }
    if (state == snapshot.databaseOwner()) {
      List<Hop> hops = new ArrayList<>(graph.actingChain(role, state));
      hops.add(Hop.of(Hop.Kind.ESCALATION, as.words() + " owns the database"));
      found.add(found(hops, "it changes its settings and drops it", Power.NONE));
    }
  }

  private Found attribute(int role, Role as, String attribute, String consequence, Power power) {
    List<Hop> hops = new ArrayList<>(graph.actingChain(role, as.number()));
    hops.add(
        Hop.of(Hop.Kind.ESCALATION, as.words() + " has " + attribute)
            .withFix("ALTER ROLE " + as.quoted() + " NO" + attribute));
    return found(hops, consequence, power);
  }

  /** Not what it can make of itself by them: that is in what it reaches. */
  private List<Found> admins(int role, BitSet reach) {
    List<Found> found = new ArrayList<>();
    for (int has = reach.nextSetBit(0); has >= 0; has = reach.nextSetBit(has + 1)) {
      for (Membership membership : graph.memberships(has)) {
        if (membership.admin() && !graph.role(membership.role()).superuser()) {
          Role of = graph.role(membership.role());
          List<Hop> hops = new ArrayList<>(graph.reachChain(role, has));
          hops.add(
              Hop.of(
                      Hop.Kind.ESCALATION,
                      graph.role(has).words() + " has ADMIN OPTION on " + of.quoted())
                  .withFix(RoleGraph.revokingAdmin(of, graph.role(has))));
          found.add(
              found(
                  hops,
                  "it makes anybody a member of " + of.quoted() + ", itself too",
                  Power.NONE));
        }
      }
    }
    return found;
  }

  static Found found(List<Hop> hops, String consequence, Power power) {
    return new Found(new Escalation(Path.of(hops), consequence), power);
  }
}

package dev.gatehouse.postgres.access;

import dev.gatehouse.core.access.AccessObject.Kind;
import dev.gatehouse.core.access.Hop;
import dev.gatehouse.core.access.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The ways to an object that grants, ownership and the product's own roles make, in words. */
final class DirectPaths {
  private static final int MOST_NAMES = 10;

  private final Snapshot snapshot;
  private final RoleGraph graph;
  private final AclRules direct;

  DirectPaths(Snapshot snapshot, AclRules direct) {
    this.snapshot = snapshot;
    this.graph = snapshot.graph();
    this.direct = direct;
  }

  /** One for each grant, with what is needed to name the object. */
  List<Path> to(PrivilegeScope subject, Right right, Securable item) {
    if (subject.all()) {
      return List.of(Path.of(graph.superuserChain(subject.role())));
    }
    List<Path> paths =
        item.kind() == Kind.SEQUENCE ? aside(subject, right, item) : new ArrayList<>();
    if (!direct.mayName(subject, item)) {
      return paths;
    }
    for (Grant grant :
        unprotected(item, right) ? direct.grants(subject, item, right) : List.<Grant>of()) {
      paths.add(path(subject, item, grant.grantee(), granted(grant, right, item)));
    }
    for (int role : direct.predefined(subject, item, right)) {
      paths.add(path(subject, item, role, predefined(role, right, item)));
    }
    if (paths.isEmpty() && latent(subject, item)) {
      regranting(subject, right, item).ifPresent(paths::add);
    }
    if (item.kind() == Kind.TABLE) {
      item.columnGrants().keySet().stream()
          .sorted()
          .forEach(column -> paths.addAll(onColumn(subject, right, item, column)));
    }
    return paths;
  }

  /** What UPDATE on a sequence gives of USAGE, and each right to one that it cannot name. */
  private List<Path> aside(PrivilegeScope subject, Right right, Securable sequence) {
    List<Path> paths = new ArrayList<>();
    boolean named = direct.mayName(subject, sequence);
    if (!named) {
      String how = "functions take %s by its oid, without USAGE on its schema";
      Hop hop = Hop.of(Hop.Kind.PARTIAL, how.formatted(sequence.words()));
      given(subject, right, sequence).forEach(path -> paths.add(path.then(hop)));
    }
    if (right == Right.USAGE && paths.isEmpty()) {
      Hop hop = Hop.of(Hop.Kind.PARTIAL, "which lets nextval() take its numbers");
      given(subject, Right.UPDATE, sequence).forEach(path -> paths.add(path.then(hop)));
    }
    return paths;
  }

  /** Who has it, whatever lets the role name the object. */
  private List<Path> given(PrivilegeScope subject, Right right, Securable item) {
    List<Path> paths = new ArrayList<>();
    for (Grant grant : direct.grants(subject, item, right)) {
      paths.add(given(subject, grant.grantee(), granted(grant, right, item)));
    }
    for (int role : direct.predefined(subject, item, right)) {
      paths.add(given(subject, role, predefined(role, right, item)));
    }
    return paths;
  }

  private static Path given(PrivilegeScope subject, int target, Hop last) {
    List<Hop> hops = new ArrayList<>(subject.chain(target));
    hops.add(last);
    return Path.of(hops);
  }

  /** By grants on that column alone. */
  List<Path> onColumn(PrivilegeScope subject, Right right, Securable item, String column) {
    List<Path> paths = new ArrayList<>();
    if (subject.all() || !direct.mayName(subject, item) || !unprotected(item, right)) {
      return paths;
    }
    for (Grant grant :
        direct.grants(subject, item.columnGrants().getOrDefault(column, List.of()), right)) {
      paths.add(path(subject, item, grant.grantee(), granted(grant, right, item, column)));
    }
    return paths;
  }

  private static boolean unprotected(Securable item, Right right) {
    return !item.system() || item.relkind() == 'v' || (Right.WRITES & right.bit) == 0;
  }

  private boolean latent(PrivilegeScope subject, Securable item) {
    return subject.reaching() && !item.system() && subject.roles().get(item.owner());
  }

  /**
   * The owner grants it, as whom the role has to name the object: with USAGE that it has, or that
   * the schema's owner gives it. One that was made a member of the owner may do it as itself, too,
   * which depends on how it was made one.
   */
  private Optional<Path> regranting(PrivilegeScope subject, Right right, Securable item) {
    int role = subject.role();
    Path path = path(subject, item, item.owner(), role, regranted(role, right, item));
    int actor = graph.actor(role, item.owner());
    if (item.schema() < 0 || mayName(actor, item)) {
      return Optional.of(path);
    }
    Securable schema = snapshot.items().get(item.schema());
    if (latent(subject, schema)) {
      List<Hop> hops = new ArrayList<>(subject.chain(schema.owner()));
      hops.add(regranted(actor, Right.USAGE, schema));
      List<Hop> more = path.hops().stream().filter(hop -> !hops.contains(hop)).toList();
      hops.addAll(more.subList(0, more.size() - 1));
      if (more.size() < path.hops().size() && actor != role) {
        String owner = graph.role(actor).quoted();
        hops.add(Hop.of(Hop.Kind.SET_ROLE, "as " + owner + " again").withStep("SET ROLE " + owner));
      }
      hops.add(more.get(more.size() - 1));
      return Optional.of(Path.of(hops));
    }
    return path.hops().stream().anyMatch(hop -> hop.kind() == Hop.Kind.ADMIN)
        ? Optional.of(path.withUnknown("USAGE on " + schema.words() + " may be missing then"))
        : Optional.empty();
  }

  /** By the privileges of that role, and before it what is needed to name the object. */
  private Path path(PrivilegeScope subject, Securable item, int target, Hop last) {
    return path(subject, item, target, graph.actor(subject.role(), target), last);
  }

  /** The same for one who is somebody else when it uses them. */
  private Path path(PrivilegeScope subject, Securable item, int target, int user, Hop last) {
    List<Hop> hops = new ArrayList<>(naming(subject, item, user));
    subject.chain(target).stream().filter(hop -> !hops.contains(hop)).forEach(hops::add);
    hops.add(last);
    if (subject.role() == 0 && item.schema() >= 0) {
      namers(snapshot.items().get(item.schema())).ifPresent(hops::add);
    }
    return Path.of(hops);
  }

  /** Whom a grant to PUBLIC reaches where the schema does not let everybody in. */
  private Optional<Hop> namers(Securable schema) {
    if ((direct.held(PrivilegeScope.now(graph, 0), schema) & Right.USAGE.bit) != 0) {
      return Optional.empty();
    }
    List<String> names = new ArrayList<>();
    for (int role = 1; role < graph.roles().size(); role++) {
      boolean superuser = graph.role(role).superuser();
      if (!superuser
          && (direct.held(PrivilegeScope.now(graph, role), schema) & Right.USAGE.bit) != 0) {
        names.add(graph.role(role).quoted());
      }
    }
    String some =
        names.isEmpty()
            ? "nobody but superusers now"
            : String.join(", ", names.stream().limit(MOST_NAMES).toList())
                + (names.size() > MOST_NAMES
                    ? " and " + (names.size() - MOST_NAMES) + " more"
                    : "");
    return Optional.of(
        Hop.of(Hop.Kind.PARTIAL, "which reaches who has USAGE on " + schema.words() + ": " + some));
  }

  /**
   * What must be done before the schema lets the role through; nothing where it does. A statement
   * names its tables when it is prepared, and asks for privileges on them when it is executed: two
   * roles may share that.
   */
  private List<Hop> naming(PrivilegeScope subject, Securable item, int user) {
    if (item.schema() < 0 || !subject.reaching()) {
      return List.of();
    }
    if (mayName(user, item)) {
      return List.of();
    }
    Securable schema = snapshot.items().get(item.schema());
    List<Integer> namers = new ArrayList<>();
    direct.grants(subject, schema, Right.USAGE).forEach(grant -> namers.add(grant.grantee()));
    namers.addAll(direct.predefined(subject, schema, Right.USAGE));
    for (int namer : namers) {
      if (graph.actor(subject.role(), namer) == user) {
        return subject.chain(namer);
      }
    }
    List<Hop> hops = new ArrayList<>();
    if (namers.isEmpty()) {
      hops.addAll(subject.chain(schema.owner()));
      hops.add(regranted(subject.role(), Right.USAGE, schema));
      if (user == subject.role()) {
        return hops;
      }
    } else {
      hops.addAll(subject.chain(namers.get(0)));
    }
    hops.add(
        Hop.of(Hop.Kind.SET_ROLE, "what is prepared by the one is executed by the other")
            .withStep("PREPARE the statement"));
    return hops;
  }

  private boolean mayName(int role, Securable item) {
    return direct.mayName(PrivilegeScope.now(graph, role), item);
  }

  private Hop granted(Grant grant, Right right, Securable item) {
    Role grantee = graph.role(grant.grantee());
    if (grant.grantee() == item.owner()) {
      return Hop.of(Hop.Kind.OWNER, grantee.words() + " owns " + item.words());
    }
    boolean everybody = grant.grantee() == 0;
    if (everybody && item.relkind() == Securable.UNASKED) {
      return Hop.of(
          Hop.Kind.PREDEFINED,
          item.kind() == Kind.PARAMETER
              ? "anybody may set " + item.name() + " in a session"
              : "lo_compat_privileges is on, and nobody is asked for privileges on large objects");
    }
    Hop.Kind kind = everybody ? Hop.Kind.PUBLIC : Hop.Kind.GRANT;
    return Hop.of(kind, sentence(grant, right, item.words()))
        .withFix(revoke(grant, right.toString(), item));
  }

  private Hop granted(Grant grant, Right right, Securable item, String column) {
    return Hop.of(
            Hop.Kind.COLUMN, sentence(grant, right, "column " + column + " of " + item.name()))
        .withFix(revoke(grant, right + " (" + column + ")", item));
  }

  private String sentence(Grant grant, Right right, String what) {
    return graph.role(grant.grantee()).words()
        + " has "
        + right
        + " on "
        + what
        + ", granted by "
        + graph.role(grant.grantor()).quoted();
  }

  /** A grant is taken back by who gave it; in the name of another nothing happens, in silence. */
  private String revoke(Grant grant, String right, Securable item) {
    String revoke =
        "REVOKE "
            + right
            + " ON "
            + item.inGrant()
            + " FROM "
            + graph.role(grant.grantee()).quoted();
    return grant.grantor() == item.owner()
        ? revoke
        : "SET ROLE " + graph.role(grant.grantor()).quoted() + "; " + revoke + "; RESET ROLE";
  }

  private Hop predefined(int role, Right right, Securable item) {
    return Hop.of(
        Hop.Kind.PREDEFINED,
        graph.role(role).quoted() + " has " + right + " on every " + noun(item));
  }

  private static String noun(Securable item) {
    return item.kind() == Kind.SCHEMA ? "schema" : "table";
  }

  private Hop regranted(int grantee, Right right, Securable item) {
    return Hop.of(
            Hop.Kind.OWNER,
            graph.role(item.owner()).words()
                + " owns "
                + item.words()
                + " and may grant itself what was revoked")
        .withStep(grant(right, item, grantee));
  }

  String grant(Right right, Securable item, int role) {
    return "GRANT " + right + " ON " + item.inGrant() + " TO " + graph.role(role).quoted();
  }
}

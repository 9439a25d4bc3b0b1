package dev.gatehouse.postgres.access;

import dev.gatehouse.core.access.AccessObject;
import dev.gatehouse.core.access.AccessObject.Kind;
import dev.gatehouse.core.access.EffectiveAccess;
import dev.gatehouse.core.access.Escalation;
import dev.gatehouse.core.access.FutureGrant;
import dev.gatehouse.core.access.Hop;
import dev.gatehouse.core.access.NamePattern;
import dev.gatehouse.core.access.Obstacle;
import dev.gatehouse.core.access.Path;
import dev.gatehouse.core.access.Verdict;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.postgres.access.ServerPrivileges.ServerPrivilege.Power;
import dev.gatehouse.postgres.session.SqlNames;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.Stream;

/** The engine's rules over a snapshot. */
final class PostgresAccess implements EffectiveAccess {
  private final Snapshot snapshot;
  private final RoleGraph graph;
  private final AclRules direct;
  private final DirectPaths paths;
  private final IndirectAccess indirect;
  private final Escalations escalations;
  private final Ownership ownership;
  private final Usability usability;
  private final AtomicReferenceArray<PrivilegeScope> reaching;

  PostgresAccess(Snapshot snapshot) {
    this.snapshot = snapshot;
    this.graph = snapshot.graph();
    this.direct = new AclRules(snapshot);
    this.paths = new DirectPaths(snapshot, direct);
    this.indirect = new IndirectAccess(snapshot, direct, paths);
    this.escalations = new Escalations(snapshot);
    this.ownership = new Ownership(snapshot);
    this.usability = new Usability(snapshot, direct, paths);
    this.reaching = new AtomicReferenceArray<>(graph.roles().size());
  }

  @Override
  public List<String> roles(String pattern) {
    NamePattern names = NamePattern.of(pattern);
    boolean all = pattern.startsWith("pg_");
    return graph.roles().stream()
        .filter(role -> all || !role.predefined())
        .filter(role -> role.number() != 0 || pattern.equals(role.name()))
        .map(Role::name)
        .filter(names::matches)
        .sorted()
        .toList();
  }

  @Override
  public List<AccessObject> objects(Kind kind, String pattern) {
    NamePattern names = NamePattern.of(pattern);
    boolean product = pattern.startsWith("pg_") || pattern.startsWith("information_schema");
    boolean ours = pattern.startsWith("gatehouse");
    Kind holder = kind == Kind.COLUMN ? Kind.TABLE : kind;
    List<AccessObject> found = new ArrayList<>();
    for (Securable item : snapshot.items()) {
      if (item.kind() != holder || (!ours && within(item, "gatehouse"))) {
        continue;
      }
      if (!product && (within(item, "pg_catalog") || within(item, "information_schema"))) {
        continue;
      }
      if (kind == Kind.COLUMN) {
        columns(names, item).forEach(found::add);
      } else if (matches(names, item)) {
        found.add(item.object());
      }
    }
    found.sort(Comparator.comparing(AccessObject::name));
    return found;
  }

  private Stream<AccessObject> columns(NamePattern names, Securable table) {
    Securable schema = snapshot.items().get(table.schema());
    String name = table.plain().substring(schema.plain().length() + 1);
    return table.columns().stream()
        .filter(
            column -> names.matchesColumn(List.of(schema.plain(), name, SqlNames.plain(column))))
        .map(column -> AccessObject.column(table.name() + "." + column));
  }

  @Override
  public String form(AccessObject object) {
    return object.kind() == Kind.COLUMN ? object.kind().words() : item(object).form();
  }

  /** By its name as people or as SQL write it. */
  boolean matches(NamePattern names, Securable item) {
    if (item.schema() < 0) {
      return names.matches(item.plain()) || names.matches(item.name());
    }
    Securable schema = snapshot.items().get(item.schema());
    return names.matches(schema.plain(), item.plain().substring(schema.plain().length() + 1))
        || names.matches(schema.name(), item.name().substring(schema.name().length() + 1));
  }

  private boolean within(Securable item, String schema) {
    Securable place = item.schema() < 0 ? item : snapshot.items().get(item.schema());
    return place.kind() == Kind.SCHEMA && place.plain().equals(schema);
  }

  @Override
  public Set<String> privileges(Kind kind) {
    return Right.names(Right.of(kind, snapshot.major()));
  }

  @Override
  public Set<String> ownersAlone(Kind kind) {
    return Ownership.acts(kind, snapshot.major());
  }

  @Override
  public Set<String> notDenied(String role, AccessObject object) {
    int number = role(role);
    Securable item = item(object);
    if (object.kind() == Kind.COLUMN) {
      int mask = 0;
      for (Right right : Right.of(Right.ofColumns())) {
        mask |= paths(number, right, object).isEmpty() ? 0 : right.bit;
      }
      return Right.names(mask);
    }
    int possible = direct.possible(item);
    if (graph.superuser(number)) {
      return Right.names(possible);
    }
    // what it has now is among what it can make its own
    PrivilegeScope reaching = reaching(number);
    int mask = direct.usable(reaching, item) | escalations.mask(number, possible);
    if ((possible & ~mask) != 0) {
      mask |= indirect.mask(reaching, item) | indirect.unknown(reaching, item);
    }
    return Right.names(mask & possible);
  }

  @Override
  public Set<String> allowed(String role, AccessObject object) {
    if (object.kind() == Kind.COLUMN) {
      return EffectiveAccess.super.allowed(role, object);
    }
    int number = role(role);
    Securable item = item(object);
    int possible = direct.possible(item);
    if (graph.superuser(number)) {
      return Right.names(possible);
    }
    PrivilegeScope now = PrivilegeScope.now(graph, number);
    int mask = direct.usable(now, item);
    if ((possible & ~mask) != 0) {
      mask |= indirect.mask(now, item);
    }
    return Right.names(mask & possible);
  }

  Snapshot snapshot() {
    return snapshot;
  }

  AclRules direct() {
    return direct;
  }

  private PrivilegeScope reaching(int role) {
    PrivilegeScope known = reaching.get(role);
    if (known == null) {
      known = PrivilegeScope.reaching(graph, role);
      reaching.set(role, known);
    }
    return known;
  }

  @Override
  public List<Path> paths(String role, String privilege, AccessObject object) {
    return ownersAlone(object.kind()).contains(privilege)
        ? owning(role(role), privilege, item(object))
        : paths(role(role), right(privilege), object);
  }

  private List<Path> owning(int role, String act, Securable item) {
    PrivilegeScope now = PrivilegeScope.now(graph, role);
    Set<Path> found = new LinkedHashSet<>(ownership.paths(now, act, item));
    if (!now.all()) {
      PrivilegeScope reaching = reaching(role);
      found.addAll(ownership.paths(reaching, act, item));
      escalations.of(role).stream()
          .filter(escalation -> escalation.power() == Power.ALL)
          .map(PostgresAccess::leading)
          .forEach(found::add);
      found.addAll(indirect.unknownTo(reaching, owner -> ownership.isOpen(owner, act, item)));
    }
    return found.stream().sorted(Path.ORDER).toList();
  }

  private List<Path> paths(int role, Right right, AccessObject object) {
    Securable item = item(object);
    PrivilegeScope now = PrivilegeScope.now(graph, role);
    Set<Path> found = new LinkedHashSet<>(direct(now, right, item, object));
    if (!now.all()) {
      PrivilegeScope reaching = reaching(role);
      found.addAll(indirect(now, right, item, object));
      Stream.concat(
              direct(reaching, right, item, object).stream(),
              indirect(reaching, right, item, object).stream())
          .filter(path -> !path.missing().isEmpty())
          .forEach(found::add);
      for (Escalations.Found escalation : escalations.of(role)) {
        if ((Escalations.mask(escalation.power(), right.bit) & right.bit) != 0) {
          found.add(leading(escalation));
        }
      }
      found.addAll(indirect.unknownTo(reaching, right, item));
    }
    return found.stream().sorted(Path.ORDER).toList();
  }

  private List<Path> indirect(
      PrivilegeScope subject, Right right, Securable item, AccessObject object) {
    return object.kind() == Kind.COLUMN
        ? indirect.toColumn(subject, right, item, column(object))
        : indirect.to(subject, right, item);
  }

  /** By a right like these nothing is open yet: something has to be done with it. */
  private static Path leading(Escalations.Found found) {
    Path path = found.escalation().path();
    return path.hops().get(path.hops().size() - 1).kind() == Hop.Kind.SUPERUSER
        ? path
        : path.then(
            Hop.of(Hop.Kind.ESCALATION, found.escalation().consequence())
                .withStep("use of that right"));
  }

  private List<Path> direct(
      PrivilegeScope subject, Right right, Securable item, AccessObject object) {
    if (object.kind() != Kind.COLUMN) {
      return paths.to(subject, right, item);
    }
    List<Path> found =
        new ArrayList<>(
            paths.to(subject, right, item).stream()
                .filter(path -> path.hops().get(path.hops().size() - 1).whole())
                .toList());
    found.addAll(paths.onColumn(subject, right, item, column(object)));
    return found;
  }

  @Override
  public Verdict verdict(String role, String privilege, AccessObject object) {
    if (ownersAlone(object.kind()).contains(privilege)) {
      return Verdict.of(
          paths(role, privilege, object), ownership.denied(role(role), privilege, item(object)));
    }
    Right right = right(privilege);
    int number = role(role);
    Securable item = item(object);
    int possible = object.kind() == Kind.COLUMN ? Right.ofColumns() : direct.possible(item);
    if ((possible & right.bit) == 0) {
      return new Verdict.Unsupported(
          "PostgreSQL " + snapshot.major() + " has no " + right + " on " + item.words());
    }
    return Verdict.of(paths(number, right, object), denied(number, right, item));
  }

  private Verdict.Denied denied(int role, Right right, Securable item) {
    String words = graph.role(role).words();
    PrivilegeScope subject = PrivilegeScope.now(graph, role);
    int held = direct.held(subject, item) | direct.onColumns(subject, item);
    if ((held & right.bit) != 0 && !direct.mayName(subject, item)) {
      Securable schema = snapshot.items().get(item.schema());
      return new Verdict.Denied(
          words + " has " + right + " on " + item.words() + ", but no USAGE on " + schema.words(),
          paths.grant(Right.USAGE, schema, role));
    }
    if (item.kind() == Kind.LANGUAGE && item.system()) {
      return new Verdict.Denied(
          words + " is no superuser, and only they use " + item.words() + ", which is untrusted",
          "");
    }
    return new Verdict.Denied(
        words + " has no " + right + " on " + item.words() + ", by no path",
        paths.grant(right, item, role));
  }

  @Override
  public List<Obstacle> obstacles(String role, String privilege, AccessObject object) {
    if (ownersAlone(object.kind()).contains(privilege)
        || !(verdict(role, privilege, object) instanceof Verdict.Allowed allowed)
        || allowed.paths().stream().noneMatch(path -> path.through().isEmpty())) {
      return List.of();
    }
    return usability.of(role(role), right(privilege), item(object), object.kind() == Kind.COLUMN);
  }

  @Override
  public List<String> rowRules(String role, String privilege, AccessObject object) {
    return ownersAlone(object.kind()).contains(privilege)
        ? List.of()
        : usability.rows(role(role), right(privilege), item(object));
  }

  /** The answer of has_table_privilege() and its like, which is only a part of ours. */
  boolean hasAsTheEngineSays(String role, String privilege, AccessObject object) {
    int number = role(role);
    Securable item = item(object);
    PrivilegeScope subject = PrivilegeScope.now(graph, number);
    int mask = direct.held(subject, item);
    if (object.kind() == Kind.COLUMN) {
      mask |= direct.onColumn(subject, item, column(object));
    }
    return (mask & right(privilege).bit) != 0;
  }

  @Override
  public List<Escalation> escalations(String role) {
    return escalations.of(role(role)).stream().map(Escalations.Found::escalation).toList();
  }

  @Override
  public List<FutureGrant> future(String role) {
    return DefaultPrivileges.of(snapshot, role(role));
  }

  @Override
  public List<String> bodies(String role) {
    return graph.superuser(role(role)) ? List.of() : indirect.bodies(reaching(role(role)));
  }

  @Override
  public List<String> unread() {
    return snapshot.unread();
  }

  private int role(String name) {
    Integer number = snapshot.roleNumbers().get(name);
    if (number == null) {
      throw new Refusal(
          Finding.of("access.no-role", "there is no role '" + name + "'")
              .withExpected("a role of the server, or public")
              .withFound("none")
              .withFix("correct the name '" + name + "', or CREATE ROLE first"));
    }
    return number;
  }

  private static Right right(String privilege) {
    int bit = Right.bit(privilege);
    if (bit == 0) {
      throw new IllegalArgumentException(
          "privilege is '" + privilege + "': PostgreSQL has none of that name");
    }
    return Right.of(bit).get(0);
  }

  /** Of a column its table. */
  private Securable item(AccessObject object) {
    Securable item =
        snapshot
            .byObject()
            .get(
                object.kind() == Kind.COLUMN
                    ? AccessObject.table(object.name().substring(0, dot(object)))
                    : object);
    if (item == null
        || (object.kind() == Kind.COLUMN && !item.columns().contains(column(object)))) {
      String kind = object.kind().words();
      throw new Refusal(
          Finding.of("access.no-object", "there is no " + kind + " '" + object + "'")
              .withExpected("a " + kind + " of that name, with its schema")
              .withFound("none")
              .withFix("correct the name '" + object + "'; quoted where SQL wants it"));
    }
    return item;
  }

  private static int dot(AccessObject column) {
    String name = column.name();
    int end = name.endsWith("\"") ? name.lastIndexOf(".\"") : name.lastIndexOf('.');
    return Math.max(end, 0);
  }

  private static String column(AccessObject object) {
    return object.name().substring(dot(object) + 1);
  }
}

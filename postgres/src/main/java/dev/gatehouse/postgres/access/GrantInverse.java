package dev.gatehouse.postgres.access;

import dev.gatehouse.core.dialect.GrantMethod.InTransaction.Reversed;
import dev.gatehouse.core.json.Json;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.StepFailed;
import dev.gatehouse.postgres.grant.AclObject;
import dev.gatehouse.postgres.grant.AclState;
import dev.gatehouse.postgres.grant.AclState.AclEntry;
import dev.gatehouse.postgres.grant.GrantExecution;
import dev.gatehouse.postgres.grant.GrantStatement;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The difference of two states of access control lists, and the way back. Objects are known by
 * their oid: one that was renamed is found, one that was made again under the same name is another.
 */
final class GrantInverse {
  /** What one statement took along, another gives again. */
  private static final int ROUNDS = 5;

  private final AclState now;
  private final GrantState seen;
  private final List<AclEntry> added;
  private final List<AclEntry> removed;
  private final Map<String, AclObject> recorded;
  private final Set<String> tables = new HashSet<>();

  private GrantInverse(
      GrantState seen,
      Map<String, AclObject> recorded,
      List<AclEntry> added,
      List<AclEntry> removed) {
    this.seen = seen;
    this.now = seen.acl();
    this.recorded = recorded;
    this.added = added;
    this.removed = removed;
    recorded.keySet().forEach(id -> tables.add(table(id)));
  }

  /**
   * What the connection's open transaction has added and removed, as text: what it sees and others
   * do not. They are asked before and after, so that what they do meanwhile is not taken for its.
   */
  static String of(
      Connection connection, Connection beside, GrantReconciliation.SnapshotReader eyes)
      throws SQLException {
    AclState before = eyes.look(beside, AclState::read);
    AclState ours = eyes.look(connection, AclState::read);
    AclState after = eyes.look(beside, AclState::read);
    Set<AclEntry> added = new LinkedHashSet<>(ours.entries());
    added.removeAll(before.entries());
    added.removeAll(after.entries());
    // what a new role's defaults give goes with the role
    added.removeIf(entry -> entry.object().contains(":0:") && !before.has(entry.object()));
    Set<AclEntry> removed = new LinkedHashSet<>(before.entries());
    removed.retainAll(after.entries());
    removed.removeAll(ours.entries());
    Map<String, AclObject> objects = new LinkedHashMap<>();
    added.forEach(entry -> objects.put(entry.object(), ours.object(entry)));
    removed.forEach(entry -> objects.put(entry.object(), before.object(entry)));
    List<String> made =
        ours.objects().values().stream()
            .filter(object -> object.kind() == AclObject.Kind.MEMBERS)
            .filter(object -> !before.has(object.id()) && !after.has(object.id()))
            .map(AclObject::name)
            .sorted()
            .toList();
    Map<String, Object> all =
        Map.of(
            "objects", objects.values().stream().map(GrantInverse::listed).toList(),
            "added", added.stream().map(GrantInverse::listed).toList(),
            "removed", removed.stream().map(GrantInverse::listed).toList(),
            "made", made);
    return new String(Json.canonical(all), StandardCharsets.UTF_8);
  }

  private static List<Object> listed(AclObject object) {
    return List.of(object.id(), object.kind().name(), object.name(), object.part(), object.owner());
  }

  private static List<Object> listed(AclEntry entry) {
    return List.of(
        entry.object(), entry.grantor(), entry.grantee(), entry.privilege(), entry.grantable());
  }

  private static GrantInverse parse(String text, GrantState seen) {
    Map<String, Object> all = Json.parse(text.getBytes(StandardCharsets.UTF_8));
    Map<String, AclObject> objects = new LinkedHashMap<>();
    for (List<?> one : lists(all, "objects")) {
      AclObject object =
          new AclObject(
              (String) one.get(0),
              AclObject.Kind.valueOf((String) one.get(1)),
              (String) one.get(2),
              (String) one.get(3),
              (String) one.get(4));
      objects.put(object.id(), object);
    }
    return new GrantInverse(
        seen, objects, entries(lists(all, "added")), entries(lists(all, "removed")));
  }

  private static List<List<?>> lists(Map<String, Object> all, String key) {
    List<List<?>> lists = new ArrayList<>();
    for (Object one : (List<?>) all.getOrDefault(key, List.of())) {
      lists.add((List<?>) one);
    }
    return lists;
  }

  private static List<AclEntry> entries(List<List<?>> lists) {
    return lists.stream()
        .map(
            one ->
                new AclEntry(
                    (String) one.get(0),
                    (String) one.get(1),
                    (String) one.get(2),
                    (String) one.get(3),
                    (Boolean) one.get(4)))
        .toList();
  }

  /**
   * Takes it back, and looks whether the lists are as before, apart from what others did since.
   *
   * @throws StepFailed when they are not
   */
  static Reversed reverse(
      Connection connection, GrantReconciliation.SnapshotReader eyes, String inverse)
      throws SQLException {
    GrantInverse first = parse(inverse, eyes.look(connection, GrantState::read));
    GrantInverse way = first;
    Set<String> notes = way.notes();
    Set<AclEntry> wanted = way.wanted();
    List<GrantStatement> done = new ArrayList<>();
    List<Finding> refused = new ArrayList<>();
    for (int round = 1; round <= ROUNDS && !way.differences(wanted).isEmpty(); round++) {
      GrantExecution.Outcome outcome = GrantExecution.execute(connection, way.acts(wanted));
      done.addAll(outcome.done());
      refused = outcome.findings();
      way = parse(inverse, eyes.look(connection, GrantState::read)).knowing(first);
    }
    List<String> wrong = way.differences(wanted);
    if (!wrong.isEmpty()) {
      List<Finding> all = new ArrayList<>(refused);
      all.add(
          Finding.of("grants.not-undone", "grants are not as they were before")
              .withExpected("each entry of the access control lists as it was")
              .withFound(String.join("\n", wrong))
              .withFix("put these right by hand, in the name of each grantor"));
      throw new StepFailed(all);
    }
    List<String> statements = new ArrayList<>(done.stream().map(GrantStatement::text).toList());
    statements.addAll(drop(connection, first, inverse));
    return new Reversed(statements, List.copyOf(notes));
  }

  /** Roles that were made; one that owns something by now stays, and that is a failure. */
  private static List<String> drop(Connection connection, GrantInverse first, String inverse)
      throws SQLException {
    List<GrantStatement> drops = new ArrayList<>();
    Object made = Json.parse(inverse.getBytes(StandardCharsets.UTF_8)).get("made");
    for (Object role : made instanceof List<?> roles ? roles : List.of()) {
      if (first.seen.number((String) role) > 0) {
        String sql = "DROP ROLE " + role;
        drops.add(
            new GrantStatement(
                Actor.OWN,
                sql,
                Optional.empty(),
                new GrantStatement.Failing(
                    "grants.not-undone",
                    "a role that was made cannot be dropped",
                    sql,
                    "REASSIGN OWNED BY " + role + " TO CURRENT_USER; DROP OWNED BY " + role)));
      }
    }
    GrantExecution.Outcome outcome = GrantExecution.execute(connection, drops);
    if (!outcome.findings().isEmpty()) {
      throw new StepFailed(outcome.findings());
    }
    return drops.stream().map(GrantStatement::text).toList();
  }

  /** A column that has lost its last grant is listed no more. */
  private GrantInverse knowing(GrantInverse earlier) {
    earlier.now.objects().values().stream()
        .filter(object -> tables.contains(table(object.id())))
        .forEach(object -> recorded.putIfAbsent(object.id(), object));
    return this;
  }

  /** The lists as they are now, without what was added and with what was removed. */
  private Set<AclEntry> wanted() {
    Set<AclEntry> wanted = new LinkedHashSet<>();
    now.entries().stream().filter(this::concerned).forEach(wanted::add);
    added.forEach(wanted::remove);
    removed.stream().filter(this::alive).forEach(wanted::add);
    return wanted;
  }

  private Set<String> notes() {
    Set<String> notes = new LinkedHashSet<>();
    for (AclEntry entry : added) {
      if (!alive(entry)) {
        notes.add("dropped meanwhile: " + object(entry.object()));
      } else if (!now.entries().contains(entry)) {
        notes.add("taken away meanwhile by somebody else: " + words(entry));
      }
    }
    for (AclEntry entry : removed) {
      if (!alive(entry)) {
        notes.add("dropped meanwhile: " + object(entry.object()));
      }
    }
    return notes;
  }

  /** A revoke on a table takes from its columns, too. */
  private boolean concerned(AclEntry entry) {
    return recorded.containsKey(entry.object()) || tables.contains(table(entry.object()));
  }

  private List<AclEntry> extra(Set<AclEntry> wanted) {
    return now.entries().stream()
        .filter(entry -> concerned(entry) && !wanted.contains(entry))
        .toList();
  }

  private List<AclEntry> lacking(Set<AclEntry> wanted) {
    return wanted.stream().filter(entry -> !now.entries().contains(entry)).toList();
  }

  private List<String> differences(Set<AclEntry> wanted) {
    List<String> all = new ArrayList<>();
    extra(wanted).forEach(entry -> all.add("still there: " + words(entry)));
    lacking(wanted).forEach(entry -> all.add("not there again: " + words(entry)));
    return all;
  }

  /** One statement for each list, grantor, grantee and way of granting. */
  private record Group(
      String object, String grantor, String grantee, boolean giving, boolean option) {}

  private List<GrantStatement> acts(Set<AclEntry> wanted) {
    Set<AclEntry> extra = new LinkedHashSet<>(extra(wanted));
    Set<AclEntry> lacking = new LinkedHashSet<>(lacking(wanted));
    Map<Group, Set<String>> groups = new LinkedHashMap<>();
    for (AclEntry entry : extra) {
      boolean other = lacking.contains(otherOption(entry));
      if (!other || entry.grantable()) {
        group(groups, entry, false, other);
      }
    }
    for (AclEntry entry : lacking) {
      if (entry.grantable() || !extra.contains(otherOption(entry))) {
        group(groups, entry, true, entry.grantable());
      }
    }
    List<GrantStatement> acts = new ArrayList<>();
    groups.forEach((group, privileges) -> acts.add(act(group, privileges)));
    return acts;
  }

  private static void group(
      Map<Group, Set<String>> groups, AclEntry entry, boolean giving, boolean option) {
    groups
        .computeIfAbsent(
            new Group(entry.object(), entry.grantor(), entry.grantee(), giving, option),
            key -> new TreeSet<>())
        .add(entry.privilege());
  }

  private static AclEntry otherOption(AclEntry entry) {
    return new AclEntry(
        entry.object(), entry.grantor(), entry.grantee(), entry.privilege(), !entry.grantable());
  }

  private GrantStatement act(Group group, Set<String> privileges) {
    AclObject object = object(group.object());
    String sql =
        group.giving()
            ? object.grant(privileges, group.grantee(), group.option(), group.grantor())
            : group.option()
                ? object.revokeOption(privileges, group.grantee())
                : object.revoke(privileges, group.grantee(), group.grantor());
    int owner = seen.number(object.owner());
    String as =
        object.kind() == AclObject.Kind.MEMBERS
            ? Actor.OWN
            : object.kind() == AclObject.Kind.DEFAULT
                ? (seen.is(owner) ? Actor.OWN : object.owner())
                : new Actor(seen)
                    .toRevoke(owner, seen.number(group.grantor()))
                    .orElse(group.grantor());
    return new GrantStatement(
        as,
        sql,
        Optional.empty(),
        new GrantStatement.Failing(
            "grants.not-undone",
            "a grant cannot be taken back as it was",
            sql,
            "as a superuser: SET ROLE " + group.grantor() + "; " + sql));
  }

  /** Under its name of now. */
  private AclObject object(String id) {
    AclObject live = now.objects().get(id);
    AclObject known = recorded.get(id);
    if (live != null || known == null) {
      return live == null ? new AclObject(id, AclObject.Kind.TABLE, id, "", "") : live;
    }
    AclObject table = now.objects().get(table(id));
    return table == null
        ? known
        : new AclObject(id, known.kind(), table.name(), known.part(), table.owner());
  }

  private boolean alive(AclEntry entry) {
    String id = entry.object();
    return id.startsWith("D") || now.objects().containsKey(table(id));
  }

  /** Of a column its table: a column without grants of its own is not listed. */
  private static String table(String id) {
    return id.startsWith("c") ? "r" + id.substring(1, id.indexOf('.')) : id;
  }

  private String words(AclEntry entry) {
    return entry.privilege()
        + " on "
        + object(entry.object())
        + " for "
        + entry.grantee()
        + ", granted by "
        + entry.grantor();
  }
}

package dev.gatehouse.postgres.access;

import dev.gatehouse.core.access.AccessObject.Kind;
import dev.gatehouse.core.access.Hop;
import dev.gatehouse.core.access.Obstacle;
import dev.gatehouse.postgres.access.RowPolicies.RowPolicy;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Whether a privilege is of any use to the role that has it: whether what every use does is allowed
 * to those in whose name the engine does it, and whether row security lets any row through.
 *
 * <p>An INSERT leaves each column that has a default to it, unless columns are asked about. Not
 * what a body does that only some uses call, nor what stands in texts.
 */
final class Usability {
  /** No column, among those that are given a value. */
  private static final Optional<Set<String>> NOTHING = Optional.of(Set.of());

  private final Snapshot snapshot;
  private final RoleGraph graph;
  private final AclRules direct;
  private final DirectPaths paths;

  Usability(Snapshot snapshot, AclRules direct, DirectPaths paths) {
    this.snapshot = snapshot;
    this.graph = snapshot.graph();
    this.direct = direct;
    this.paths = paths;
  }

  /** What is in the way, each once; empty when nothing is. */
  List<Obstacle> of(int role, Right right, Securable item) {
    return of(role, right, item, false);
  }

  /**
   * The same.
   *
   * @param given whether all columns are given values, so that no default is needed
   */
  List<Obstacle> of(int role, Right right, Securable item, boolean given) {
    Walk walk = new Walk(PrivilegeScope.now(graph, role), item.number());
    walk.on(
        new Reach.Place(item.number(), right, Reach.SUBJECT, Reach.SUBJECT),
        given ? Optional.empty() : NOTHING);
    if (item.kind() == Kind.LARGE_OBJECTS
        && right == Right.UPDATE
        && item.relkind() != Securable.UNASKED
        && (direct.held(walk.subject, item) & Right.SELECT.bit) == 0) {
      walk.found.add(
          new Obstacle(
              "who opens a large object for writing is asked for SELECT, too",
              paths.grant(Right.SELECT, item, role)));
    }
    return List.copyOf(walk.found);
  }

  /** Which policies decide about the rows, one sentence each; empty where none do. */
  List<String> rows(int role, Right right, Securable item) {
    RowPolicies policies = snapshot.policies().get(item.number());
    PrivilegeScope subject = PrivilegeScope.now(graph, role);
    if (policies == null || (Right.DML & right.bit) == 0) {
      return List.of();
    }
    if (!active(policies, item, subject)) {
      return List.of("no policy of " + item.name() + " holds for " + graph.role(role).words());
    }
    List<String> lines = new ArrayList<>();
    for (RowPolicy policy : policies.all()) {
      if (policy.decides(right) && policy.isFor(subject.roles())) {
        lines.add(line(policy, right));
        trusted(policy, role, item, lines);
      }
    }
    return lines;
  }

  private static String line(RowPolicy policy, Right right) {
    String rows = policy.check().isEmpty() || right != Right.INSERT ? policy.using() : "";
    String made = right == Right.INSERT || right == Right.UPDATE ? policy.check() : "";
    return "policy %s (%s)%s%s"
        .formatted(
            policy.name(),
            policy.permissive() ? "permissive" : "restrictive",
            rows.isEmpty() ? "" : ", rows where " + rows,
            made.isEmpty() ? "" : ", new rows with " + made);
  }

  /** What decides is worth no more than who can change it. */
  private void trusted(RowPolicy policy, int role, Securable table, List<String> lines) {
    String words = graph.role(role).words();
    for (String setting : policy.settings()) {
      lines.add("  reads setting " + setting + ", which " + setBy(setting, words));
    }
    for (String column : policy.columns()) {
      List<String> rights = new ArrayList<>();
      PrivilegeScope subject = PrivilegeScope.now(graph, role);
      for (Right right : List.of(Right.INSERT, Right.UPDATE)) {
        int held = direct.held(subject, table) | direct.onColumn(subject, table, column);
        if ((held & right.bit) != 0) {
          rights.add(right.toString());
        }
      }
      lines.add(
          "  reads column "
              + column
              + ", on which "
              + words
              + (rights.isEmpty() ? " has no privilege to write" : " has " + join(rights)));
    }
    for (int routine : policy.calls()) {
      lines.add("  calls " + snapshot.items().get(routine).name());
    }
  }

  private static String join(List<String> rights) {
    return String.join(" and ", rights);
  }

  private String setBy(String setting, String words) {
    return setting.contains(".")
        ? "anybody sets in a session that executes its statements"
        : words + " sets as far as the server lets it";
  }

  private boolean active(RowPolicies policies, Securable table, PrivilegeScope scope) {
    return !scope.all()
        && !graph.role(scope.role()).bypassesPolicies()
        && (policies.forced() || !scope.roles().get(table.owner()));
  }

  /** One look at all that a use does. */
  private final class Walk {
    private final PrivilegeScope subject;

    /** Number of the item whose use is asked about. */
    private final int asked;

    private final Set<List<Object>> seen = new HashSet<>();
    private final Set<Obstacle> found = new LinkedHashSet<>();

    private Walk(PrivilegeScope subject, int asked) {
      this.subject = subject;
      this.asked = asked;
    }

    /**
     * What is done there.
     *
     * @param given quoted names of the columns that an INSERT has values for; empty for all
     */
    private void on(Reach.Place at, Optional<Set<String>> given) {
      if (!seen.add(List.of(at, given))) {
        return;
      }
      Securable item = snapshot.items().get(at.item());
      takes(item, at.right());
      PrivilegeScope scope = scope(at.checked());
      boolean governed = policies(item, at.right(), scope);
      for (AccessEdge edge : snapshot.edges(at.item())) {
        boolean policy = edge.hop().kind() == Hop.Kind.POLICY;
        if (isSure(edge, at)
            && (edge.uses() & at.right().bit) != 0
            && (!policy || governed)
            && (edge.leftOut().isEmpty()
                || given.map(all -> !all.contains(edge.leftOut())).orElse(false))
            && (edge.as().onlyFor().isEmpty() || scope.roles().intersects(edge.as().onlyFor()))) {
          follow(edge, at, given);
        }
      }
    }

    /** Within what others call, with values that are known, some of a body may be left out. */
    private boolean isSure(AccessEdge edge, Reach.Place at) {
      return edge.when() == AccessEdge.When.DONE
          || (edge.when() == AccessEdge.When.ASKED
              && (at.item() == asked || !isRoutine(at.item())));
    }

    private boolean isRoutine(int item) {
      return snapshot.items().get(item).kind() == Kind.ROUTINE;
    }

    private void follow(AccessEdge edge, Reach.Place from, Optional<Set<String>> given) {
      int checked = Reach.resolved(edge.as().checked(), from.checked(), from.running());
      int running = Reach.resolved(edge.as().running(), from.checked(), from.running());
      Securable to = snapshot.items().get(edge.to());
      PrivilegeScope as = scope(checked);
      if (edge.as().asked() && !holds(as, edge, to)) {
        lacks(as, edge, edge.right(), to);
      } else if (isWritten(edge) && !direct.mayName(as, to)) {
        lacks(as, edge, Right.USAGE, snapshot.items().get(to.schema()));
      } else if (to.kind() == Kind.TABLE) {
        on(new Reach.Place(edge.to(), edge.right(), checked, running), given(edge, given));
      } else if (to.kind() == Kind.ROUTINE && edge.when() == AccessEdge.When.DONE) {
        on(new Reach.Place(edge.to(), edge.right(), checked, running), NOTHING);
      }
    }

    /** In a text, of which each name is looked up when it is run. */
    private boolean isWritten(AccessEdge edge) {
      return edge.uses() == Right.TRIGGER.bit && isRoutine(edge.from());
    }

    private void lacks(PrivilegeScope as, AccessEdge edge, Right right, Securable on) {
      String row =
          edge.leftOut().isEmpty()
              ? ""
              : "for a row without a value for column " + edge.leftOut() + ", ";
      found.add(
          new Obstacle(
              "%s%s, and %s has no %s on %s"
                  .formatted(
                      row, edge.hop().sentence(), graph.role(as.role()).words(), right, on.words()),
              paths.grant(right, on, as.role())));
    }

    /** Through a view those are given that were before, under whatever names. */
    private Optional<Set<String>> given(AccessEdge edge, Optional<Set<String>> before) {
      if (edge.hop().kind() != Hop.Kind.VIEW) {
        return edge.columns();
      }
      boolean supplies = snapshot.supplying().get(edge.from());
      return before.isEmpty() || supplies ? Optional.empty() : NOTHING;
    }

    private void takes(Securable item, Right right) {
      Integer changes = snapshot.changes().get(item.number());
      int changing = Right.DML & ~Right.SELECT.bit;
      if (changes != null && (changing & right.bit & ~changes) != 0) {
        found.add(
            new Obstacle(
                item.form() + " " + item.name() + " takes no " + right + ": nothing there does it",
                ""));
      }
    }

    /** Whether they hold; and then one at least must let rows through. */
    private boolean policies(Securable table, Right right, PrivilegeScope scope) {
      RowPolicies policies = snapshot.policies().get(table.number());
      if (policies == null || (Right.DML & right.bit) == 0 || !active(policies, table, scope)) {
        return false;
      }
      boolean admitted =
          policies.all().stream()
              .anyMatch(one -> one.permissive() && one.decides(right) && one.isFor(scope.roles()));
      if (!admitted) {
        String words = graph.role(scope.role()).words();
        found.add(
            new Obstacle(
                "row security is on for %s, and no policy lets %s %s a row"
                    .formatted(table.name(), words, right),
                "CREATE POLICY ... ON %s FOR %s TO %s %s (...)"
                    .formatted(
                        table.name(),
                        right,
                        graph.role(scope.role()).quoted(),
                        right == Right.INSERT ? "WITH CHECK" : "USING")));
      }
      return true;
    }

    private PrivilegeScope scope(int identity) {
      return identity == Reach.SUBJECT ? subject : PrivilegeScope.owner(graph, identity);
    }

    private boolean holds(PrivilegeScope as, AccessEdge edge, Securable to) {
      int wanted = edge.right().bit;
      if (to.kind() == Kind.SEQUENCE && edge.right() == Right.USAGE) {
        wanted |= Right.UPDATE.bit;
      }
      if ((direct.held(as, to) & wanted) != 0) {
        return true;
      }
      boolean some = (direct.onColumns(as, to) & wanted) != 0;
      return some
          && edge.columns().stream()
              .flatMap(Set::stream)
              .allMatch(column -> (direct.onColumn(as, to, column) & edge.right().bit) != 0);
    }
  }
}

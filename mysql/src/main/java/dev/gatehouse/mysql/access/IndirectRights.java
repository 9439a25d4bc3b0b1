package dev.gatehouse.mysql.access;

import dev.gatehouse.core.access.Hop;
import dev.gatehouse.core.access.Path;
import dev.gatehouse.mysql.access.AccessEdge.Absent;
import dev.gatehouse.mysql.access.AccessEdge.Blind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What somebody in one state can do by what others have built: all that follows from what it may do
 * itself, link by link.
 */
final class IndirectRights {
  /** More ways to the same end tell nobody more. */
  private static final int MOST = 20;

  private final RoleState state;
  private final DirectRights direct;
  private final RoleGraph graph;
  private final Snapshot snapshot;
  private final AccessEdges edges;
  private final Map<Doing, List<Step>> into = new LinkedHashMap<>();
  private final Set<Doing> begun = new LinkedHashSet<>();
  private final Extent extent = new Extent(0);
  private final List<Unseen> unseen = new ArrayList<>();
  private final List<Missing> missing = new ArrayList<>();
  private final Set<Account> unseenOwners = new LinkedHashSet<>();

  /**
   * What is done to an item, and in whose name.
   *
   * @param who empty for the one in the state itself
   * @param told whether all on the way to it is certain
   */
  record Doing(Optional<Account> who, Right right, int item, boolean told) {}

  private record Step(Doing from, AccessEdge edge) {}

  /** Code on the way that could do anything that the account may. */
  private record Unseen(Doing at, Blind code, Account who) {}

  /** Code on the way that names tables which are not there. */
  record Missing(Doing at, Absent code, Account who) {}

  IndirectRights(
      RoleState state, DirectRights direct, RoleGraph graph, Snapshot snapshot, AccessEdges edges) {
    this.state = state;
    this.direct = direct;
    this.graph = graph;
    this.snapshot = snapshot;
    this.edges = edges;
    for (int item : edges.used()) {
      Item used = snapshot.items().get(item);
      for (Right right : Right.in(direct.extent(state).of(used))) {
        Doing doing = new Doing(Optional.empty(), right, item, true);
        into.put(doing, new ArrayList<>());
        begun.add(doing);
      }
    }
    spread();
    unseen.forEach(one -> unseenOwners.add(one.who()));
  }

  private void spread() {
    Deque<Doing> open = new ArrayDeque<>(begun);
    while (!open.isEmpty()) {
      Doing doing = open.remove();
      for (AccessEdge edge : edges.of(doing.item())) {
        if (edge.use() == doing.right()) {
          next(doing, edge)
              .ifPresent(
                  next -> {
                    if (!into.containsKey(next)) {
                      into.put(next, new ArrayList<>());
                      open.add(next);
                    }
                    into.get(next).add(new Step(doing, edge));
                  });
        }
      }
      for (Blind code : edges.blind(doing.item())) {
        Optional<Account> who = code.as().or(doing::who);
        if (code.use() == doing.right() && who.isPresent() && !isSelf(who.get())) {
          unseen.add(new Unseen(doing, code, who.get()));
        }
      }
      for (Absent code : edges.absent(doing.item())) {
        Optional<Account> who = code.as().or(doing::who);
        if (code.use() == doing.right() && who.isPresent() && !isSelf(who.get())) {
          missing.add(new Missing(doing, code, who.get()));
        }
      }
    }
  }

  /** In its own name it does no more than it may without; then only what is built on it matters. */
  private Optional<Doing> next(Doing doing, AccessEdge edge) {
    Optional<Account> who = edge.asked() ? edge.as().or(doing::who) : doing.who();
    Item to = snapshot.items().get(edge.to());
    RoleState doer = who.map(graph::definer).orElse(state);
    boolean may = !edge.asked() || (direct.extent(doer).of(to) & edge.done().bit()) != 0;
    boolean own = edge.asked() && (who.isEmpty() || isSelf(who.get()));
    if (!may || (own && !edge.told())) {
      return Optional.empty();
    }
    Doing next = new Doing(who, edge.done(), edge.to(), doing.told() && edge.told());
    extent.addItem(to, edge.done().bit());
    return Optional.of(next);
  }

  private boolean isSelf(Account account) {
    return account.number() == state.account().number();
  }

  /** What is done, or may be, once the state is reached. */
  Extent extent() {
    return extent;
  }

  /** Those in whose name code runs that could do anything. */
  Set<Account> unseen() {
    return unseenOwners;
  }

  /** What could do something once a table takes a name that is free. */
  List<Missing> missing() {
    return missing;
  }

  /** The ways to it. */
  List<Path> to(Missing one) {
    return to(one.at(), new HashSet<>()).stream().map(path -> path.then(one.code().hop())).toList();
  }

  /** The ways by which it is done, or may be. */
  List<Path> to(Right right, Item item, String column) {
    List<Path> paths = new ArrayList<>();
    for (Map.Entry<Doing, List<Step>> entry : into.entrySet()) {
      Doing doing = entry.getKey();
      if (doing.item() == item.number() && doing.right() == right) {
        for (Step step : entry.getValue()) {
          if (step.edge().with(column)) {
            for (Path path : to(step.from(), new HashSet<>(Set.of(doing)))) {
              if (paths.size() < MOST) {
                paths.add(then(path, step.edge()));
              }
            }
          }
        }
      }
    }
    return paths;
  }

  private static Path then(Path path, AccessEdge edge) {
    Path longer = path.then(edge.hop());
    return edge.told() || !path.unknown().isEmpty()
        ? longer
        : longer.withUnknown("its body names it, and what it does with it is not told");
  }

  private List<Path> to(Doing doing, Set<Doing> seen) {
    List<Path> paths = new ArrayList<>();
    if (!seen.add(doing)) {
      return paths;
    }
    if (begun.contains(doing)) {
      paths.addAll(
          direct.paths(state, doing.right(), snapshot.items().get(doing.item()), /* column= */ ""));
    }
    for (Step step : into.getOrDefault(doing, List.of())) {
      if (paths.size() < MOST) {
        to(step.from(), seen).forEach(path -> paths.add(then(path, step.edge())));
      }
    }
    return paths;
  }

  /** The ways to code that could do anything that these accounts may. */
  List<Path> toUnseen(Set<Account> whose) {
    List<Path> paths = new ArrayList<>();
    for (Unseen one : unseen) {
      if (whose.contains(one.who())) {
        for (Path path : to(one.at(), new HashSet<>())) {
          if (paths.size() < MOST) {
            Hop hop = one.code().hop();
            paths.add(
                path.then(hop)
                    .withUnknown("what it does there, as " + one.who().name() + ", is not told"));
          }
        }
      }
    }
    return paths;
  }
}

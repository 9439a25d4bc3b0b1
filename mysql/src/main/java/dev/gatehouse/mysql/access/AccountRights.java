package dev.gatehouse.mysql.access;

import dev.gatehouse.core.access.AccessObject.Kind;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * All that an account can do by any path, for all objects at once: what is asked of each account
 * and each table.
 */
final class AccountRights {
  private final Snapshot snapshot;
  private final RoleGraph graph;
  private final DirectRights direct;
  private final AccessEdges edges;
  private final Escalations escalations;
  private final MovedTables moved;
  private final Map<RoleState, IndirectRights> indirect = new ConcurrentHashMap<>();
  private final Map<Integer, All> alls = new ConcurrentHashMap<>();
  private final Map<Integer, Extent> unseen = new ConcurrentHashMap<>();

  AccountRights(Snapshot snapshot, RoleGraph graph, DirectRights direct, Escalations escalations) {
    this.snapshot = snapshot;
    this.graph = graph;
    this.direct = direct;
    this.edges = new AccessEdges(snapshot);
    this.escalations = escalations;
    this.moved = new MovedTables(snapshot, direct, this);
  }

  /**
   * @param tables what can be done with these alone, after they are moved
   */
  private record All(Extent objects, Extent tables) {}

  /** Whatever there is a path to. */
  long mask(Account account, Item item) {
    All known = alls.get(account.number());
    All all =
        known != null ? known : alls.computeIfAbsent(account.number(), number -> found(account));
    long mask = all.objects().of(item);
    return item.kind() == Kind.TABLE ? mask | all.tables().of(item) : mask;
  }

  private All found(Account account) {
    All all = new All(new Extent(powers(account)), new Extent(0));
    for (RoleState state : graph.states(account)) {
      all.objects().add(direct.extent(state));
      all.tables().add(moved.of(state));
      IndirectRights built = indirect(state);
      all.objects().add(built.extent());
      built.unseen().forEach(owner -> all.objects().add(unseen(owner)));
    }
    return all;
  }

  private long powers(Account account) {
    return escalations.powers(account).stream()
        .mapToLong(Escalations.Found::power)
        .reduce(0, (a, b) -> a | b);
  }

  AccessEdges edges() {
    return edges;
  }

  MovedTables moved() {
    return moved;
  }

  IndirectRights indirect(RoleState state) {
    IndirectRights known = indirect.get(state);
    return known != null
        ? known
        : indirect.computeIfAbsent(
            state, key -> new IndirectRights(key, direct, graph, snapshot, edges));
  }

  /** That account, as programs run in its name. */
  RoleState definer(Account account) {
    return graph.definer(account);
  }

  /** What code could do that runs as that account and is not to be seen through. */
  Extent unseen(Account owner) {
    Extent known = unseen.get(owner.number());
    if (known != null) {
      return known;
    }
    Extent all = new Extent(0);
    Set<Account> owners = new LinkedHashSet<>(List.of(owner));
    Deque<Account> open = new ArrayDeque<>(owners);
    while (!open.isEmpty()) {
      Account next = open.remove();
      RoleState state = graph.definer(next);
      IndirectRights built = indirect(state);
      all.add(direct.extent(state));
      all.add(built.extent());
      all.addEverywhere(powers(next));
      built.unseen().stream().filter(owners::add).forEach(open::add);
    }
    unseen.put(owner.number(), all);
    return all;
  }
}

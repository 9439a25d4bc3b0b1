package dev.gatehouse.examples.bench;

import java.util.Optional;

/** Pairs that are measured twice: on the wall, and by what client and server computed. */
record Costs(Optional<CpuSeconds> cpu, Turns turns, Table table) {
  private static final String COMPUTED = "; CPU";

  /**
   * What a side took on the wall and computed, in seconds.
   *
   * @param cpu of client and server; 0 where nobody can tell
   */
  record Cost(double seconds, double cpu) {}

  /** One side. */
  @FunctionalInterface
  interface Side {
    Cost measured() throws Exception;
  }

  /** All that computes while the work goes on is its own: nothing else is under way here. */
  Cost whole(Turns.Side side) throws Exception {
    double before = spent();
    double seconds = side.seconds();
    return new Cost(seconds, spent() - before);
  }

  private double spent() throws Exception {
    return cpu.isPresent() ? cpu.get().spent() : 0;
  }

  /** In turn, into the table: the ratio on the wall with the goal, that of CPU seconds without. */
  Table.Pair pair(String what, double goal, Side ours, Side peer) throws Exception {
    Cost[] both = new Cost[2];
    Table.Pair wall =
        turns.inTurn(
            () -> {
              both[0] = ours.measured();
              return both[0].seconds();
            },
            () -> {
              both[1] = peer.measured();
              return both[1].seconds();
            });
    table.pair(what, wall, goal);
    if (cpu.isPresent()) {
      table.pair(what + COMPUTED, new Table.Pair(both[0].cpu(), both[1].cpu()));
    }
    return wall;
  }
}

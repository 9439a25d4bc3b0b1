package dev.gatehouse.core.model;

import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Gates in order, and the guards that watch over them. A value: planning and running it are the
 * business of {@code core.run}.
 *
 * <p>Immutable.
 *
 * @since 0.1
 */
public record Runbook(
    String name, List<Gate> gates, List<Guard> guards, Optional<People> people, HandOver handOver) {

  /**
   * @throws Refusal when two steps have the same name: a resumed run could not tell them apart
   */
  public Runbook {
    if (name.isBlank()) {
      throw new IllegalArgumentException("name of a runbook is blank: name it as people call it");
    }
    gates = List.copyOf(gates);
    guards = List.copyOf(guards);
    if (gates.isEmpty()) {
      throw new IllegalArgumentException("runbook '" + name + "' has no gates");
    }
    refuseTwins("gate", gates.stream().map(Gate::name));
    refuseTwins("step", gates.stream().flatMap(gate -> gate.steps().stream()).map(Step::name));
    refuseTwins("guard", guards.stream().map(Guard::name));
  }

  /** One without people of its own: the host vouches for who says what. */
  public Runbook(String name, List<Gate> gates, List<Guard> guards) {
    this(name, gates, guards, Optional.empty(), HandOver.NOTHING);
  }

  /**
   * The same runbook, about which only these people decide: their letters are believed by their
   * keys, and a role that nobody of them holds is refused while planning.
   */
  public Runbook decidedBy(People all) {
    return new Runbook(name, gates, guards, Optional.of(all), handOver);
  }

  /** The same runbook, watched over by these guards as well. */
  public Runbook guardedBy(Guard... more) {
    List<Guard> all = new ArrayList<>(guards);
    all.addAll(List.of(more));
    return new Runbook(name, gates, all, people, handOver);
  }

  /** The same runbook, as the answer to that incident: reports count from it. */
  public Runbook respondingTo(Incident incident) {
    return handingOver(handOver.with(incident));
  }

  /**
   * The same runbook, after which these are owed: reports name them with their dates, and {@code
   * examples/run obligations} those that are open. Owed or not, the run has succeeded.
   */
  public Runbook owing(FollowUp... more) {
    return handingOver(handOver.with(List.of(more)));
  }

  /**
   * The same runbook, of which the hand-over counts how long users were shut out: from the begin of
   * that change until the end of the other one, or of the undo of the first.
   *
   * @throws IllegalArgumentException when one of them is no step of this runbook
   */
  public Runbook closedToUsers(Change from, Change until) {
    return handingOver(handOver.with(new HandOver.Closure(named(from), named(until))));
  }

  private String named(Change change) {
    if (steps().stream().noneMatch(step -> step.name().equals(change.name()))) {
      throw new IllegalArgumentException(
          "'" + change.name() + "' is no step of runbook '" + name + "': put it into a gate");
    }
    return change.name();
  }

  private Runbook handingOver(HandOver other) {
    return new Runbook(name, gates, guards, people, other);
  }

  /** The same runbook, with these gates behind its own. */
  public Runbook then(Gate... more) {
    return then(List.of(more));
  }

  /** The same with gates that a verb makes, such as those of a ramp. */
  public Runbook then(List<Gate> more) {
    List<Gate> all = new ArrayList<>(gates);
    all.addAll(more);
    return new Runbook(name, all, guards, people, handOver);
  }

  /** All steps in order. */
  public List<Step> steps() {
    return gates.stream().flatMap(gate -> gate.steps().stream()).toList();
  }

  private static void refuseTwins(String kind, Stream<String> names) {
    Set<String> seen = new HashSet<>();
    names.forEach(
        name -> {
          if (!seen.add(name)) {
            throw new Refusal(
                Finding.of("runbook.duplicate-" + kind, "two " + kind + "s have the same name")
                    .withExpected("a name of its own for each " + kind)
                    .withFound("'" + name + "' twice")
                    .withFix("name one of them: .named(\"" + name + " (2)\")"));
          }
        });
  }
}

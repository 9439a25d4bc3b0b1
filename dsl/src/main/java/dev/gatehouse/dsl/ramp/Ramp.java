package dev.gatehouse.dsl.ramp;

import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.Gate;
import dev.gatehouse.dsl.words.Names;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * A flag that is opened level by level, each proved by time in which checks hold: {@code
 * ramp(ingest).from(0).to(10).soaking(ofMinutes(30)).to(50).soaking(ofHours(1)).to(100)
 * .watching(noErrors)}. It becomes a gate for each level, with a change and a {@link Soak}; one
 * undo leads from every level back to where it began.
 *
 * <p>A level is set only where the flag is as the level before left it, and undone only where it is
 * as one of its levels left it: what a person set meanwhile stays.
 *
 * <p>Immutable. Not a step: {@code runbook(...).then(ramp.gates())}.
 *
 * @since 0.1
 */
public final class Ramp {

  private record Level(int percent, Optional<Duration> soak) {}

  private final Flag flag;
  private final int from;
  private final List<Level> levels;
  private final List<Check> watched;
  private final UnaryOperator<Soak> options;

  private Ramp(
      Flag flag, int from, List<Level> levels, List<Check> watched, UnaryOperator<Soak> options) {
    this.flag = flag;
    this.from = from;
    this.levels = List.copyOf(levels);
    this.watched = List.copyOf(watched);
    this.options = options;
  }

  /** A flag before it is said where it begins. */
  public static final class Of {
    private final Flag flag;

    public Of(Flag flag) {
      this.flag = flag;
    }

    /** It is at that percentage before, and again when it is undone. */
    public Ramp from(int percent) {
      return new Ramp(flag, percent(percent), List.of(), List.of(), soak -> soak);
    }

    @Override
    public String toString() {
      return flag + " (not a step: say from(percent))";
    }
  }

  /**
   * The same with one more level.
   *
   * @throws IllegalArgumentException when it is no percentage, or not above the level before
   */
  public Ramp to(int percent) {
    int last = levels.isEmpty() ? from : levels.get(levels.size() - 1).percent();
    if (percent(percent) <= last) {
      throw new IllegalArgumentException("level is " + percent + ": above " + last);
    }
    List<Level> more = new ArrayList<>(levels);
    more.add(new Level(percent, Optional.empty()));
    return new Ramp(flag, from, more, watched, options);
  }

  /**
   * The same, where what is watched must hold that long at the last level.
   *
   * @throws IllegalArgumentException when there is no level yet
   */
  public Ramp soaking(Duration time) {
    if (levels.isEmpty()) {
      throw new IllegalArgumentException("no level to soak at: say to(percent) first");
    }
    List<Level> same = new ArrayList<>(levels);
    Level last = same.remove(same.size() - 1);
    same.add(new Level(last.percent(), Optional.of(time)));
    return new Ramp(flag, from, same, watched, options);
  }

  /** The same, watching these at each level that soaks. */
  public Ramp watching(Check first, Check... rest) {
    return new Ramp(flag, from, levels, Names.list(first, rest), options);
  }

  /** The same with a sample after each such interval; see {@link Soak#every}. */
  public Ramp every(Duration interval) {
    return with(soak -> soak.every(interval));
  }

  /** The same; see {@link Soak#atMostSilent}. */
  public Ramp atMostSilent(int samples) {
    return with(soak -> soak.atMostSilent(samples));
  }

  /** The same; see {@link Soak#atLeastSamples}. */
  public Ramp atLeastSamples(int samples) {
    return with(soak -> soak.atLeastSamples(samples));
  }

  private Ramp with(UnaryOperator<Soak> more) {
    UnaryOperator<Soak> before = options;
    return new Ramp(flag, from, levels, watched, soak -> more.apply(before.apply(soak)));
  }

  private static int percent(int percent) {
    if (percent < 0 || percent > 100) {
      throw new IllegalArgumentException("level is " + percent + ": 0 to 100");
    }
    return percent;
  }

  /**
   * A gate for each level.
   *
   * @throws IllegalArgumentException when there is no level, or one soaks and nothing is watched
   */
  public List<Gate> gates() {
    if (levels.isEmpty()) {
      throw new IllegalArgumentException("no level: say to(percent)");
    }
    List<Gate> gates = new ArrayList<>();
    int left = from;
    for (Level level : levels) {
      Change set = change(left, level.percent());
      String at = flag.at(level.percent());
      gates.add(
          level
              .soak()
              .map(time -> new Gate(at, List.of(set, soak(level, time))))
              .orElseGet(() -> new Gate(at, List.of(set))));
      left = level.percent();
    }
    return gates;
  }

  /** From every level one undo leads back; it stands at the first. */
  private Change change(int left, int to) {
    if (left != from) {
      return flag.set(left, to)
          .nothingToUndo("undone with '" + flag.at(levels.get(0).percent()) + "'");
    }
    Set<Integer> written = new LinkedHashSet<>();
    written.add(from);
    levels.forEach(level -> written.add(level.percent()));
    return flag.set(left, to).undoneBy(flag.back(written, from));
  }

  private Soak soak(Level level, Duration time) {
    Soak soak = options.apply(Soak.of(time, watched)).holdingUnless(flag.is(level.percent()));
    return soak.named(flag.at(level.percent()) + ", quiet for " + Names.print(time));
  }

  @Override
  public String toString() {
    return flag + " from " + from + " % (not a step: say gates())";
  }
}

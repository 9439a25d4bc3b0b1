package dev.gatehouse.dsl.file;

import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.NamedCheck;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.dsl.words.Count;
import dev.gatehouse.dsl.words.Names;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Lines of a log since a moment, before it is said how many there must be: {@code
 * lines("storage/logs/laravel.log").since(ofMinutes(10)).inZone(UTC).matching("ERROR").none()}.
 *
 * <p>A line counts by its time stamp ({@code 2026-11-30 02:00:00}, with or without T, fraction and
 * offset), and what follows without one, or with one that leads back, belongs to it. In a line of
 * JSON that of {@code time}, {@code timestamp}, {@code datetime} or the like counts. A log that is
 * missing, cannot be read, or has no time stamps is INCONCLUSIVE; so is one that begins after the
 * moment, because it was rotated or is new, one whose stamps name no zone where {@link #inZone}
 * says none, and one whose stamps do not agree with the clock or with when the file was changed.
 *
 * <p>Immutable. Not a step yet. Reads files, with the rights of the account this process runs
 * under.
 *
 * @since 0.1
 */
public final class LogLines {
  private static final int SHOWN = 5;

  private final List<Path> files;
  private final Function<Instant, Instant> since;
  private final String moment;
  private final Optional<ZoneId> zone;
  private final Pattern pattern;

  private LogLines(
      List<Path> files,
      Function<Instant, Instant> since,
      String moment,
      Optional<ZoneId> zone,
      Pattern pattern) {
    this.files = files;
    this.since = since;
    this.moment = moment;
    this.zone = zone;
    this.pattern = pattern;
  }

  /** A log, before it is said since when. */
  public static final class Log {
    private final List<Path> files;

    public Log(Path first, Path... rest) {
      this.files = Names.list(first, rest);
    }

    /**
     * Its lines of the time just past.
     *
     * @throws IllegalArgumentException when the time is not above zero
     */
    public LogLines since(Duration time) {
      if (time.isZero() || time.isNegative()) {
        throw new IllegalArgumentException("time is " + time + ": above zero");
      }
      return lines(now -> now.minus(time), Names.print(time) + " ago");
    }

    /** Its lines of that moment and later. */
    public LogLines since(Instant begin) {
      return lines(now -> begin, begin.toString());
    }

    private LogLines lines(Function<Instant, Instant> since, String moment) {
      return new LogLines(files, since, moment, Optional.empty(), Pattern.compile(""));
    }

    @Override
    public String toString() {
      return files + " (not yet a step: say since(moment))";
    }
  }

  /** The same, where stamps without an offset are of that zone. */
  public LogLines inZone(ZoneId itsZone) {
    return new LogLines(files, since, moment, Optional.of(itsZone), pattern);
  }

  /**
   * The same, of those lines in which this is found.
   *
   * @param regex a regular expression; upper and lower case differ
   * @throws IllegalArgumentException when it is none
   */
  public LogLines matching(String regex) {
    return new LogLines(files, since, moment, zone, Pattern.compile(regex));
  }

  /** Passes when there is none. */
  public NamedCheck none() {
    return check(Count.exactly(0));
  }

  /**
   * Passes when there are so many or fewer.
   *
   * @throws IllegalArgumentException when the number is negative
   */
  public NamedCheck areAtMost(long number) {
    return check(Count.atMost(notNegative(number)));
  }

  /**
   * Passes when there are so many or more.
   *
   * @throws IllegalArgumentException when the number is negative
   */
  public NamedCheck areAtLeast(long number) {
    return check(Count.atLeast(notNegative(number)));
  }

  private static long notNegative(long number) {
    if (number < 0) {
      throw new IllegalArgumentException("number of lines is " + number + ": 0 or more");
    }
    return number;
  }

  private NamedCheck check(Count wanted) {
    String what = pattern.pattern().isEmpty() ? "" : " with " + pattern;
    String many = wanted.holds(0) && !wanted.holds(1) ? "no" : wanted.toString();
    String name = many + " lines" + what + " since " + moment + " in " + first();
    List<String> lines =
        Stream.concat(
                Stream.of(many + " lines" + what + " since " + moment + " in"),
                files.stream().map(file -> file.toAbsolutePath().toString()))
            .toList();
    return NamedCheck.of(Names.of(name), reading -> lines, reading -> look(reading, wanted));
  }

  private Path first() {
    return files.get(0).getFileName();
  }

  private Outcome look(CheckContext reading, Count wanted) {
    Instant begin = since.apply(reading.now());
    LogReading all = new LogReading(begin, reading.now(), zone, pattern, SHOWN);
    for (Path file : files) {
      try {
        Optional<Finding> problem = all.read(file);
        if (problem.isPresent()) {
          return Outcome.inconclusive(problem.get());
        }
      } catch (IOException e) {
        return Outcome.inconclusive(
            finding("log.unread", file + " cannot be read")
                .withExpected("a file that this account may read")
                .withFound(e.getClass().getSimpleName())
                .withFix("ls -l '" + file + "'; correct lines(...)"));
      }
    }
    Optional<Finding> gap = all.uncovered(files);
    Evidence evidence = reading.evidence().with("since", begin).with("lines", all.count());
    boolean holds = wanted.holds(all.count());
    // more of them could only be more
    boolean tooMany = !holds && !wanted.holds(Long.MAX_VALUE);
    if (gap.isPresent() && !tooMany && !(holds && wanted.holds(Long.MAX_VALUE))) {
      return Outcome.inconclusive(gap.get());
    }
    return holds
        ? Outcome.passed(evidence)
        : Outcome.failed(
            finding("log.lines", "the log does not have the lines it should")
                .withExpected(wanted + " since " + begin)
                .withFound(
                    all.count()
                        + all.shown().stream().map(line -> "\n" + line).reduce("", String::concat))
                .withFix("read it: " + files.get(files.size() - 1)),
            evidence);
  }

  private static Finding finding(String code, String headline) {
    return Finding.of(code, headline);
  }

  @Override
  public String toString() {
    return "lines of " + first() + " since " + moment + " (not yet a step: say none())";
  }
}

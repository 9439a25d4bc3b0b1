package dev.gatehouse.dsl.file;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * When a line of a log was written, as it says so.
 *
 * @param offset empty where it names none
 */
record LogStamp(LocalDateTime local, Optional<ZoneOffset> offset) {
  /** Further on, a date is what the line is about. */
  private static final int WITHIN = 120;

  private static final String MOMENT =
      "(\\d{4}-\\d\\d-\\d\\d)[T ](\\d\\d:\\d\\d:\\d\\d)(?:[.,](\\d{1,9}))?"
          + " ?(Z|UTC|GMT|[+-]\\d\\d(?::?\\d\\d)?)?(?![\\w:])";
  private static final Pattern STAMP = Pattern.compile(MOMENT);

  /**
   * In a line of JSON it may stand behind a message of any length; of several, as one about what
   * was logged may have one, the latest counts.
   */
  private static final Pattern OF_JSON =
      Pattern.compile(
          "\"(?:@?timestamp|(?:date|as|event|log)?_?time|date|ts|t|at)\"\\s*:\\s*\"" + MOMENT,
          Pattern.CASE_INSENSITIVE);

  private static final Comparator<LogStamp> BY_LOCAL = Comparator.comparing(LogStamp::local);

  static Optional<LogStamp> of(String line) {
    if (line.startsWith("{")) {
      Optional<LogStamp> latest =
          OF_JSON.matcher(line).results().flatMap(one -> read(one).stream()).max(BY_LOCAL);
      if (latest.isPresent()) {
        return latest;
      }
    }
    Matcher stamp = STAMP.matcher(line.substring(0, Math.min(WITHIN, line.length())));
    return stamp.find() ? read(stamp) : Optional.empty();
  }

  private static Optional<LogStamp> read(MatchResult stamp) {
    try {
      LocalDateTime local = LocalDateTime.parse(stamp.group(1) + "T" + stamp.group(2));
      return Optional.of(
          new LogStamp(local, Optional.ofNullable(stamp.group(4)).map(LogStamp::offset)));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private static ZoneOffset offset(String text) {
    return Character.isLetter(text.charAt(0)) ? ZoneOffset.UTC : ZoneOffset.of(text);
  }

  /** The earliest moment it can be; empty where no zone is known. */
  Optional<Instant> at(Optional<ZoneId> zone) {
    return moment(zone, true);
  }

  /** The latest moment it can be: an hour comes twice when clocks are set back. */
  Optional<Instant> latest(Optional<ZoneId> zone) {
    return moment(zone, false);
  }

  private Optional<Instant> moment(Optional<ZoneId> zone, boolean earlier) {
    if (offset.isPresent()) {
      return Optional.of(local.toInstant(offset.get()));
    }
    return zone.map(
        where ->
            (earlier
                    ? local.atZone(where).withEarlierOffsetAtOverlap()
                    : local.atZone(where).withLaterOffsetAtOverlap())
                .toInstant());
  }

  @Override
  public String toString() {
    return local.toString();
  }
}

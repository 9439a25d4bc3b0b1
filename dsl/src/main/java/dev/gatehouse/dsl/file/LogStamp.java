package dev.gatehouse.dsl.file;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;
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

  private static final Pattern STAMP =
      Pattern.compile(
          "(\\d{4}-\\d\\d-\\d\\d)[T ](\\d\\d:\\d\\d:\\d\\d)(?:[.,](\\d{1,9}))?"
              + " ?(Z|UTC|GMT|[+-]\\d\\d(?::?\\d\\d)?)?(?![\\w:])");

  static Optional<LogStamp> of(String line) {
    Matcher stamp = STAMP.matcher(line.substring(0, Math.min(WITHIN, line.length())));
    if (!stamp.find()) {
      return Optional.empty();
    }
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

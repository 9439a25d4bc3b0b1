package dev.gatehouse.dsl.operation;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeParseException;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Hours by the clock on the wall, as the spans of instants during which the wall shows them. */
record WindowHours(LocalTime from, LocalTime to, ZoneId zone, Set<DayOfWeek> days) {

  /** Longest look ahead: past it, a window on some weekday with that length is not coming. */
  private static final int LOOK_AHEAD_DAYS = 400;

  private record Span(Instant begin, Instant end) {
    boolean holds(Instant moment) {
      return !moment.isBefore(begin) && moment.isBefore(end);
    }
  }

  WindowHours {
    if (from.equals(to)) {
      throw new IllegalArgumentException(
          "from and to are both " + from + ": a window needs a beginning and another end");
    }
    days = Set.copyOf(days);
  }

  static WindowHours of(String from, String to, ZoneId zone) {
    return new WindowHours(
        time("from", from), time("to", to), zone, EnumSet.allOf(DayOfWeek.class));
  }

  WindowHours on(Set<DayOfWeek> some) {
    return new WindowHours(from, to, zone, some);
  }

  /**
   * The first moment, now or later, at which the window is open and will stay so for longer than
   * the headroom, or exactly as long.
   */
  Optional<Instant> nextOpening(Instant now, Duration headroom) {
    return spans(now, LOOK_AHEAD_DAYS).stream()
        .map(span -> new Span(later(span.begin(), now), span.end()))
        .filter(span -> span.begin().isBefore(span.end()))
        .filter(span -> Duration.between(span.begin(), span.end()).compareTo(headroom) >= 0)
        .map(Span::begin)
        .findFirst();
  }

  /** When the span that holds this moment ends. */
  Optional<Instant> closing(Instant now) {
    return spans(now, 2).stream().filter(span -> span.holds(now)).map(Span::end).findFirst();
  }

  String print(Instant moment) {
    return ZonedDateTime.ofInstant(moment, zone).toOffsetDateTime() + " " + zone;
  }

  private List<Span> spans(Instant now, int daysAhead) {
    LocalDate today = LocalDate.ofInstant(now, zone);
    List<Span> spans = new ArrayList<>();
    for (LocalDate day = today.minusDays(2);
        !day.isAfter(today.plusDays(daysAhead));
        day = day.plusDays(1)) {
      if (days.contains(day.getDayOfWeek())) {
        addSpans(day, spans);
      }
    }
    return joined(spans);
  }

  /** One span for each offset in force. */
  private void addSpans(LocalDate day, List<Span> spans) {
    LocalDateTime begin = day.atTime(from);
    LocalDateTime end = (to.isAfter(from) ? day : day.plusDays(1)).atTime(to);
    ZoneRules rules = zone.getRules();
    Instant at = begin.toInstant(ZoneOffset.MAX);
    Instant last = end.toInstant(ZoneOffset.MIN);
    while (at.isBefore(last)) {
      ZoneOffset offset = rules.getOffset(at);
      ZoneOffsetTransition next = rules.nextTransition(at);
      Instant until = next == null || next.getInstant().isAfter(last) ? last : next.getInstant();
      Instant opens = later(begin.toInstant(offset), at);
      Instant closes = end.toInstant(offset).isBefore(until) ? end.toInstant(offset) : until;
      if (opens.isBefore(closes)) {
        spans.add(new Span(opens, closes));
      }
      at = until;
    }
  }

  /** In order, and those that touch are one: nothing closes in between. */
  private static List<Span> joined(List<Span> spans) {
    List<Span> joined = new ArrayList<>();
    for (Span next : spans.stream().sorted(Comparator.comparing(Span::begin)).toList()) {
      int last = joined.size() - 1;
      if (last >= 0 && !joined.get(last).end().isBefore(next.begin())) {
        Span open = joined.get(last);
        joined.set(last, new Span(open.begin(), later(open.end(), next.end())));
      } else {
        joined.add(next);
      }
    }
    return joined;
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }

  private static LocalTime time(String parameter, String text) {
    try {
      return LocalTime.parse(text);
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException(
          parameter + " is '" + text + "': a time of day such as 02:00", e);
    }
  }

  @Override
  public String toString() {
    String hours = from + "-" + to + " " + zone;
    return days.size() == DayOfWeek.values().length
        ? hours
        : hours + " on " + days.stream().sorted().toList();
  }
}

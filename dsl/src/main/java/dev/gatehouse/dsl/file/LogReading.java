package dev.gatehouse.dsl.file;

import dev.gatehouse.core.outcome.Finding;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One look at the files of a log, from their ends backwards as far as the moment asked for. */
final class LogReading {
  private static final long WINDOW = 1 << 20;

  /** Lines of several threads are not quite in order, and clocks not quite the same. */
  private static final Duration DISORDER = Duration.ofMinutes(1);

  /** How long after its last stamp a log may have been written to: a stack trace has none. */
  private static final Duration BEHIND = Duration.ofMinutes(5);

  private static final int WIDTH = 200;

  private final Instant begin;
  private final Instant now;
  private final Optional<ZoneId> zone;
  private final Pattern pattern;
  private final int most;
  private final List<String> shown = new ArrayList<>();
  private long count;
  private @Nullable Instant earliest;

  LogReading(Instant begin, Instant now, Optional<ZoneId> zone, Pattern pattern, int most) {
    this.begin = begin;
    this.now = now;
    this.zone = zone;
    this.pattern = pattern;
    this.most = most;
  }

  long count() {
    return count;
  }

  /** The first of them, cut. */
  List<String> shown() {
    return shown;
  }

  /** What keeps it from being told; empty where nothing does. */
  Optional<Finding> read(Path file) throws IOException {
    BasicFileAttributes before = Files.readAttributes(file, BasicFileAttributes.class);
    if (!before.isRegularFile()) {
      throw new NoSuchFileException(file.toString());
    }
    long size = before.size();
    Window window = new Window(file);
    for (long length = Math.min(WINDOW, size); ; length = Math.min(length * 8, size)) {
      window = new Window(file);
      window.read(size - length, size);
      if (length == size || window.reaches(begin.minus(DISORDER))) {
        break;
      }
    }
    BasicFileAttributes after = Files.readAttributes(file, BasicFileAttributes.class);
    if (after.size() < size || !Objects.equals(before.fileKey(), after.fileKey())) {
      return Optional.of(
          Finding.of("log.rotated", file + " was rotated while it was read")
              .withExpected("the same file before and after")
              .withFound("another one, or a shorter one")
              .withFix("ask again"));
    }
    Optional<Finding> problem = window.problem(size, before.lastModifiedTime().toInstant());
    if (problem.isEmpty()) {
      count += window.count;
      window.lines.stream().limit(most - shown.size()).forEach(shown::add);
      earliest = window.earlier(earliest);
    }
    return problem;
  }

  /** Where the log begins too late: what came before is in another file, or nowhere. */
  Optional<Finding> uncovered(List<Path> files) throws IllegalArgumentException {
    if (earliest != null && !earliest.isAfter(begin)) {
      return Optional.empty();
    }
    return Optional.of(
        Finding.of("log.begins-later", "the log was rotated, or is new")
            .withExpected("a line of " + begin + " or before")
            .withFound(earliest == null ? "no line at all" : "its first line is of " + earliest)
            .withFix(
                "name what it was rotated to as well: lines(\""
                    + files.get(files.size() - 1)
                    + ".1\", \""
                    + files.get(files.size() - 1)
                    + "\")"));
  }

  /** The end of a file. */
  private final class Window {
    private final Path file;
    private final List<String> lines = new ArrayList<>();
    private long count;
    private long unstamped;
    private @Nullable Instant first;
    private @Nullable Instant last;
    private @Nullable String zoneless;

    Window(Path file) {
      this.file = file;
    }

    void read(long from, long to) throws IOException {
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
        channel.position(from);
        BufferedReader reader =
            new BufferedReader(
                new InputStreamReader(
                    new Limited(Channels.newInputStream(channel), to - from),
                    StandardCharsets.UTF_8));
        if (from > 0) {
          reader.readLine(); // a part of one
        }
        boolean counts = false;
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
          Optional<LogStamp> stamp = LogStamp.of(line);
          if (stamp.isPresent()) {
            counts = counts(stamp.get(), counts);
          } else if (first == null && !line.isBlank()) {
            unstamped++;
          }
          if (counts && pattern.matcher(line).find()) {
            count++;
            if (lines.size() < most) {
              lines.add(line.length() > WIDTH ? line.substring(0, WIDTH) + "..." : line);
            }
          }
        }
      }
    }

    /** A log is written forwards: what leads back is no stamp, but a date that an entry holds. */
    private boolean counts(LogStamp stamp, boolean before) {
      Optional<Instant> moment = stamp.at(zone);
      if (moment.isEmpty()) {
        zoneless = stamp.toString();
        return false;
      }
      Instant at = moment.get();
      if (last != null && at.isBefore(last.minus(DISORDER))) {
        return before;
      }
      first = first == null || at.isBefore(first) ? at : first;
      last = last == null || at.isAfter(last) ? at : last;
      // in the hour that comes twice, it may be the later one
      return !stamp.latest(zone).orElse(at).isBefore(begin);
    }

    boolean reaches(Instant moment) {
      return first != null && first.isBefore(moment);
    }

    @Nullable Instant earlier(@Nullable Instant other) {
      return other == null || (first != null && first.isBefore(other)) ? first : other;
    }

    Optional<Finding> problem(long size, Instant modified) {
      if (zoneless != null) {
        return Optional.of(
            Finding.of("log.zone", "the time stamps of " + file + " name no zone")
                .withExpected("an offset, or inZone(...)")
                .withFound(zoneless)
                .withFix("say in which zone it is written: inZone(ZoneId.of(\"...\"))"));
      }
      if ((size > 0 && first == null) || (unstamped > 0 && !reaches(begin))) {
        return Optional.of(
            Finding.of("log.stamps", file + " has lines of which nobody knows when they are from")
                .withExpected("a time stamp such as 2026-11-30T02:00:00Z before them")
                .withFound("none")
                .withFix("have the log written with time stamps"));
      }
      if (last != null && last.isAfter(now.plus(DISORDER))) {
        return disagrees("its last line is of " + last + ", and it is " + now);
      }
      if (last != null && modified.isAfter(last.plus(BEHIND)) && modified.isAfter(begin)) {
        return disagrees("its last line is of " + last + ", and it was written to at " + modified);
      }
      return Optional.empty();
    }

    private Optional<Finding> disagrees(String found) {
      return Optional.of(
          Finding.of("log.clock", "the time stamps of " + file + " do not agree with the clock")
              .withExpected("stamps of the moment at which a line is written")
              .withFound(found)
              .withFix("correct inZone(...), or the clock of who writes it"));
    }
  }
}

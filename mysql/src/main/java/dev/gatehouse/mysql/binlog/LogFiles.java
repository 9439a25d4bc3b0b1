package dev.gatehouse.mysql.binlog;

import com.github.shyiko.mysql.binlog.event.RotateEventData;
import dev.gatehouse.core.dialect.ChangeLog.Position;
import dev.gatehouse.core.outcome.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Files of one server, one behind the other without a gap, as one stream of events. One thread at a
 * time.
 */
final class LogFiles implements AutoCloseable {
  private static final Pattern NAME = Pattern.compile("(.+)\\.(\\d{6,10})");

  /** A server makes the next file as soon as it has said so in the one before. */
  private static final long AT_ONCE_SECONDS = 5;

  private final Path directory;
  private LogFile file;
  private EventReading reading;
  private final GtidState gtids = new GtidState();
  private @Nullable LogEvent last;
  private boolean begun;

  private LogFiles(Path directory, LogFile file) {
    this.directory = directory;
    this.file = file;
    this.reading = new EventReading(file.format());
  }

  /**
   * @param first the file to begin with
   * @throws Refusal when it is not there, or none of a server
   */
  static LogFiles from(Path directory, String first) throws IOException {
    if (!Files.isDirectory(directory)) {
      throw LogRefusal.gap("a directory with " + first, "no directory " + directory);
    }
    if (!NAME.matcher(first).matches() || !Files.isRegularFile(directory.resolve(first))) {
      throw LogRefusal.gap(first + ", in which the backup's recovery point is", "it is not there");
    }
    return new LogFiles(directory, LogFile.open(directory.resolve(first)));
  }

  /** The first event of the file that is read now. */
  LogEvent format() {
    return file.format();
  }

  /** Of the file that is read now. */
  EventReading reading() {
    return reading;
  }

  /** The next event, format events of files among them; null where the files end. */
  @Nullable LogEvent next() throws IOException {
    if (!begun) {
      begun = true;
      last = file.format();
      return last;
    }
    LogEvent event = file.next();
    if (event == null) {
      return followed();
    }
    gtids.see(event, reading);
    last = event;
    return event;
  }

  private @Nullable LogEvent followed() throws IOException {
    LogEvent end = last == null ? file.format() : last;
    String next = after(file.name());
    Path path = directory.resolve(next);
    if (end.type() == LogEvent.ROTATE) {
      String named = reading.read(end, RotateEventData.class).getBinlogFilename();
      if (!named.equals(next)) {
        throw LogRefusal.gap(
            next + " behind " + file.name(), "it says that " + named + " follows: a RESET");
      }
    }
    if (!Files.isRegularFile(path)) {
      List<String> later = later(next);
      if (!later.isEmpty()) {
        throw LogRefusal.gap(
            next + " behind " + file.name(), "it is missing, " + later + " follow");
      }
      return null;
    }
    String version = reading.serverVersion();
    boolean unended = end.type() != LogEvent.ROTATE && end.type() != LogEvent.STOP;
    file.close();
    file = LogFile.open(path);
    reading = new EventReading(file.format());
    gtids.nextFile(unended, end.endPosition());
    LogEvent format = file.format();
    requireSame("server id", "" + end.serverId(), "" + format.serverId());
    if (end.type() == LogEvent.ROTATE) {
      requireSame("version", version, reading.serverVersion());
      long lag = format.seconds() - end.seconds();
      if (lag < 0 || lag > AT_ONCE_SECONDS) {
        throw LogRefusal.foreign(
            format.position(), "a file begun " + lag + " s after " + end.file() + " was ended");
      }
    }
    last = format;
    return format;
  }

  private void requireSame(String what, String before, String now) {
    if (!before.equals(now)) {
      throw LogRefusal.foreign(
          format().position(), what + " " + now + ", and " + before + " in the file before");
    }
  }

  /**
   * Reads on to that place.
   *
   * @return when the last event before it was written, in seconds
   * @throws Refusal when no event begins there
   */
  long advance(Position to) throws IOException {
    long seconds = 0;
    while (!position().equals(to)) {
      LogEvent event = next();
      if (event == null || !event.file().equals(to.file()) || event.end() > to.offset()) {
        throw LogRefusal.foreign(to, "no event that begins there, where the backup was taken");
      }
      seconds = event.seconds();
    }
    return seconds;
  }

  /** Where the next event will be read. */
  Position position() {
    return last == null ? new Position(file.name(), 0) : last.endPosition();
  }

  /** The name that follows. */
  static String after(String name) {
    Matcher parts = NAME.matcher(name);
    if (!parts.matches()) {
      throw LogRefusal.gap("names such as binlog.000042", name);
    }
    String digits = parts.group(2);
    String next = Long.toString(Long.parseLong(digits) + 1);
    return parts.group(1) + "." + "0".repeat(Math.max(0, digits.length() - next.length())) + next;
  }

  private List<String> later(String missing) throws IOException {
    Matcher wanted = NAME.matcher(missing);
    try (Stream<Path> all = Files.list(directory)) {
      return all.map(path -> String.valueOf(path.getFileName()))
          .filter(name -> wanted.matches() && isAfter(name, wanted.group(1), wanted.group(2)))
          .sorted()
          .limit(3)
          .toList();
    }
  }

  private static boolean isAfter(String name, String base, String number) {
    Matcher parts = NAME.matcher(name);
    return parts.matches()
        && parts.group(1).equals(base)
        && Long.parseLong(parts.group(2)) > Long.parseLong(number);
  }

  /**
   * Whether one place is before the other; of files of one server.
   *
   * @throws Refusal when the name is none of such a file
   */
  static boolean isBefore(Position one, Position other) {
    if (one.file().equals(other.file())) {
      return one.offset() < other.offset();
    }
    return isAfter(other.file(), base(one.file()), number(one.file()));
  }

  private static String base(String name) {
    return part(name, 1);
  }

  private static String number(String name) {
    return part(name, 2);
  }

  private static String part(String name, int group) {
    Matcher parts = NAME.matcher(name);
    if (!parts.matches()) {
      throw LogRefusal.stop(
          "a file such as binlog.000042", name, "name the file as the server does");
    }
    return parts.group(group);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}

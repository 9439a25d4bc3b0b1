package dev.gatehouse.core.testkit.fault;

import dev.gatehouse.core.testkit.CanaryScanner;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.stream.Stream;

/**
 * Reads along, until it is closed, with all this process says: standard output and error, and
 * {@code java.util.logging} (which the drivers use) at every level.
 *
 * <p>One at a time in a process: it puts itself in the place of {@code System.out} and {@code err}.
 */
public final class LogWatch implements AutoCloseable {
  private final PrintStream out = System.out;
  private final PrintStream err = System.err;
  private final Logger root = Logger.getLogger("");
  private final Level level =
      String.valueOf(root.getLevel()).equals("null") ? Level.INFO : root.getLevel();
  private final ScannedStream toOut;
  private final ScannedStream toErr;
  private final ScannedStream toLog;
  private final Handler handler;

  private LogWatch(CanaryScanner scanner) {
    toOut = new ScannedStream("standard output", scanner, out);
    toErr = new ScannedStream("standard error", scanner, err);
    toLog = new ScannedStream("java.util.logging", scanner);
    handler = new Reader(toLog);
  }

  /** Begins. */
  public static LogWatch over(CanaryScanner scanner) {
    LogWatch watch = new LogWatch(scanner);
    System.setOut(new PrintStream(watch.toOut, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(watch.toErr, true, StandardCharsets.UTF_8));
    watch.handler.setLevel(Level.ALL);
    watch.root.setLevel(Level.ALL);
    watch.root.addHandler(watch.handler);
    return watch;
  }

  /** What has been found so far. */
  public List<Leak> leaks() {
    return Stream.of(toOut, toErr, toLog).flatMap(stream -> stream.leaks().stream()).toList();
  }

  /** Bytes read along so far. */
  public long count() {
    return toOut.count() + toErr.count() + toLog.count();
  }

  @Override
  public void close() {
    root.removeHandler(handler);
    root.setLevel(level);
    System.setOut(out);
    System.setErr(err);
  }

  private static final class Reader extends Handler {
    private final Formatter formatter = new SimpleFormatter();
    private final PrintWriter writer;

    Reader(ScannedStream stream) {
      writer = new PrintWriter(stream, true, StandardCharsets.UTF_8);
    }

    @Override
    public void publish(LogRecord record) {
      writer.println(formatter.format(record));
    }

    @Override
    public void flush() {
      writer.flush();
    }

    @Override
    public void close() {
      writer.flush();
    }
  }
}

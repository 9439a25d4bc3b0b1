package dev.gatehouse.mysql.binlog;

import dev.gatehouse.core.dialect.ChangeLog.Position;
import dev.gatehouse.core.dialect.ChangeLog.Replay;
import dev.gatehouse.core.dialect.ChangeLog.Stop;
import dev.gatehouse.core.json.Sha256;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.mysql.binlog.LogReader.Unit;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * From the place of a backup to a stop: what lies between, read whole, and what is on both sides of
 * the stop. One thread at a time.
 */
public final class Resolution {
  /** How far the clock of a server may be from itself, and a backup from its snapshot. */
  private static final Duration LEEWAY = Duration.ofMinutes(2);

  private static final int TOLD = 20;

  private final Backup backup;
  private final Path directory;
  private final Stop stop;
  private final boolean statements;
  private final MessageDigest digest = Sha256.begin();
  private final Sum replayed = new Sum();
  private final Sum behind = new Sum();
  private @Nullable Position to;
  private @Nullable LogTransaction lastBefore;
  private @Nullable LogTransaction firstAfter;
  private String tail = "";

  /**
   * What a backup tells of its place.
   *
   * @param database as the log names it
   * @param product {@code MySQL} or {@code MariaDB}
   * @param serverId as events have it; empty where the backup does not tell
   * @param at when its snapshot was taken, by the clock of the server
   */
  public record Backup(
      String database, String product, String serverId, Position place, Instant at) {}

  private static final class Sum {
    private long transactions;
    private LogTransaction.RowCounts rows = LogTransaction.RowCounts.NONE;
    private final List<String> schema = new ArrayList<>();
    private final List<String> changing = new ArrayList<>();
    private long programs;
    private long elsewhere;
    private long asides;
    private @Nullable LogTransaction last;

    void add(LogTransaction transaction) {
      if (transaction.isOurs()) {
        transactions++;
        last = transaction;
      }
      rows = rows.plus(transaction.counts());
      transaction.schema().forEach(sql -> schema.add(transaction.start() + "  " + sql));
      transaction.changing().forEach(sql -> changing.add(transaction.start() + "  " + sql));
      programs += transaction.programs();
      elsewhere += transaction.elsewhere();
      asides += transaction.asides();
    }
  }

  private Resolution(Backup backup, Path directory, Stop stop, boolean statements) {
    this.statements = statements;
    this.backup = backup;
    this.directory = directory;
    this.stop = stop;
  }

  /**
   * Reads the files from the place of the backup on, and finds the stop.
   *
   * @param statements whether statements that change rows are accepted
   * @throws Refusal when files are missing, damaged, or another server's, when the stop is not in
   *     them, and when what lies before it cannot be replayed
   */
  public static Replay of(Backup backup, Path directory, Stop stop, boolean statements)
      throws IOException {
    EventReading.requireLibrary();
    return new Resolution(backup, directory, stop, statements).resolve();
  }

  private Replay resolve() throws IOException {
    refuseUnreadable();
    refuseEarlier();
    try (LogFiles files = LogFiles.from(directory, backup.place().file())) {
      requireSameServer(files);
      long seconds = files.advance(backup.place());
      if (Instant.ofEpochSecond(seconds).isAfter(backup.at().plus(LEEWAY))) {
        throw LogRefusal.foreign(
            backup.place(),
            "events of " + Instant.ofEpochSecond(seconds) + ", before a backup of " + backup.at());
      }
      read(files);
      return found(files.position());
    }
  }

  private Optional<Instant> moment() {
    return stop instanceof Stop.Moment moment ? Optional.of(moment.at()) : Optional.empty();
  }

  private Optional<Position> place() {
    return stop instanceof Stop.At at ? Optional.of(at.position()) : Optional.empty();
  }

  /** The library reads names in the character set of this process. */
  private void refuseUnreadable() {
    boolean ascii = backup.database().chars().allMatch(sign -> sign < 128);
    if (!ascii && !Charset.defaultCharset().equals(StandardCharsets.UTF_8)) {
      throw new Refusal(
          Finding.of("changes.names", "the name of the database cannot be found in the log")
              .withExpected("a process whose file.encoding is UTF-8, as the log has names")
              .withFound(Charset.defaultCharset() + ", and database " + backup.database())
              .withFix("java -Dfile.encoding=UTF-8"));
    }
  }

  private void refuseEarlier() {
    boolean earlier =
        moment().filter(at -> at.isBefore(backup.at())).isPresent()
            || place().filter(at -> LogFiles.isBefore(at, backup.place())).isPresent();
    if (earlier) {
      throw LogRefusal.stop(
          "a stop behind the backup, which is of " + backup.at() + ", " + backup.place(),
          words(),
          "restore an older backup: fromCatalogue(...).at(...)");
    }
  }

  private void requireSameServer(LogFiles files) {
    String version = files.reading().serverVersion();
    if (version.contains("MariaDB") != backup.product().equals("MariaDB")) {
      throw LogRefusal.foreign(files.format().position(), "a log of " + version);
    }
    String id = Long.toString(files.format().serverId());
    if (!backup.serverId().isEmpty() && !backup.serverId().equals(id)) {
      throw LogRefusal.foreign(
          files.format().position(),
          "server id " + id + ", and " + backup.serverId() + " backed up");
    }
  }

  private void read(LogFiles files) throws IOException {
    LogReader reader = new LogReader(files, backup.database(), LogReader.Sink.NOTHING);
    while (true) {
      Position start = files.position();
      if (to == null && stop instanceof Stop.At at && at.position().equals(start)) {
        to = start;
      }
      Unit unit;
      try {
        unit = reader.next();
      } catch (Refusal broken) {
        if (to == null) {
          throw broken;
        }
        tail = broken.findings().get(0).headline() + ": nobody looked behind that";
        return;
      } catch (Exception e) {
        throw new IOException("a file of the binary log cannot be read", e);
      }
      if (unit == null) {
        return;
      }
      unit.event().ifPresent(event -> between(event, start));
      unit.transaction().ifPresent(transaction -> transaction(transaction, start));
    }
  }

  /** Nobody commits before a moment behind an event that was written later. */
  private void between(LogEvent event, Position start) {
    Instant written = Instant.ofEpochSecond(event.seconds());
    boolean reached =
        moment().filter(at -> event.seconds() > 0 && !written.isBefore(at)).isPresent()
            || place().filter(event.position()::equals).isPresent();
    if (to == null && reached) {
      to = start;
    }
    refusePassed(event.position(), event.endPosition());
  }

  private void transaction(LogTransaction transaction, Position start) {
    if (to == null && stopsBefore(transaction)) {
      to = start;
    }
    if (to != null) {
      if (firstAfter == null) {
        firstAfter = transaction;
      }
      behind.add(transaction);
      if (stop instanceof Stop.Moment moment && !transaction.isSince(moment.at())) {
        throw unclear(moment, transaction);
      }
      return;
    }
    refusePassed(transaction.start(), transaction.end());
    if (stop instanceof Stop.Moment moment && !transaction.isBefore(moment.at())) {
      throw unclear(moment, transaction);
    }
    if (transaction.refusal() != null) {
      throw transaction.refusal();
    }
    if (!statements && !transaction.changing().isEmpty()) {
      throw LogRefusal.event(
          transaction.start(),
          "a transaction",
          transaction.changing().get(0)
              + "  -- rows were changed by a statement, as binlog_format MIXED and STATEMENT log"
              + " them: what it did the first time nobody can compare",
          "stop before "
              + transaction.start()
              + "; or, where it does the same once more:"
              + " .replaying(...).acceptingStatements(\"why\")");
    }
    if (lastBefore == null
        && transaction.exact()
        && transaction.at().isBefore(backup.at().minus(LEEWAY))) {
      throw LogRefusal.foreign(
          transaction.start(), transaction + ", behind a backup of " + backup.at());
    }
    lastBefore = transaction;
    replayed.add(transaction);
    if (replayed.programs > 0 && !replayed.changing.isEmpty()) {
      throw LogRefusal.event(
          transaction.start(),
          "a transaction",
          "statements that change rows, among others that make or drop views, routines, triggers or"
              + " events: what these would do in a copy nobody has judged");
    }
    if (transaction.isOurs()) {
      digest.update(HexFormat.of().parseHex(transaction.digest()));
    }
  }

  private boolean stopsBefore(LogTransaction transaction) {
    if (stop instanceof Stop.Moment moment) {
      return transaction.isSince(moment.at());
    }
    return stop instanceof Stop.Transaction wanted
        ? transaction.gtid().equalsIgnoreCase(wanted.gtid())
        : stop instanceof Stop.At at && transaction.start().equals(at.position());
  }

  /** A place within an event or a transaction is none to stop at. */
  private void refusePassed(Position start, Position end) {
    if (to == null && stop instanceof Stop.At at && LogFiles.isBefore(at.position(), end)) {
      throw LogRefusal.stop(
          "a place between two transactions, such as " + start + " or " + end,
          at.position().toString(),
          "take one of the two");
    }
  }

  private Refusal unclear(Stop.Moment moment, LogTransaction other) {
    return LogRefusal.stop(
        "all that was committed before " + moment.at() + ", and then all that was not",
        "the log has "
            + (to == null ? "in that very second " : "behind " + firstAfter + ": ")
            + other,
        "say where to stop: stoppingBefore(position(\""
            + other.start().file()
            + "\", "
            + other.start().offset()
            + ")), or another place of mysqlbinlog's output");
  }

  private Replay found(Position end) {
    Position place = to;
    if (place == null) {
      throw LogRefusal.stop(
          words(),
          "the files end at "
              + end
              + (lastBefore == null ? "" : ", their last transaction is " + lastBefore),
          "copy the next file too (FLUSH BINARY LOGS ends one), or stop at "
              + end
              + ": stoppingBefore(position(\""
              + end.file()
              + "\", "
              + end.offset()
              + "))");
    }
    String bytes = "sha256:" + Sha256.end(digest);
    return new Replay(
        directory,
        backup.database(),
        backup.place(),
        place,
        replayed.transactions,
        replayed.rows.all(),
        bytes,
        preview(place, bytes),
        List.of(
            "what is lost: "
                + lost()
                + "; the first left out is "
                + (firstAfter == null ? "in none of these files" : firstAfter)),
        facts(place));
  }

  private String words() {
    if (stop instanceof Stop.Moment moment) {
      return "before " + moment.at();
    }
    return stop instanceof Stop.At at
        ? "before " + at.position()
        : "before the transaction " + ((Stop.Transaction) stop).gtid();
  }

  private List<String> preview(Position place, String bytes) {
    List<String> lines = new ArrayList<>();
    lines.add("replay changes of " + backup.database() + " from " + directory);
    lines.add("  from " + backup.place() + " up to " + place + ", which is " + words());
    lines.add("  before the stop: " + (lastBefore == null ? "nothing" : lastBefore.toString()));
    if (firstAfter != null) {
      lines.add("  behind the stop: " + firstAfter);
    }
    lines.add(
        "  "
            + replayed.transactions
            + " transactions, rows: "
            + replayed.rows
            + "; each is counted");
    tell(lines, "executes ", replayed.schema);
    tell(lines, "executes again, and nobody counts its rows: ", replayed.changing);
    lines.add("  AUTO_INCREMENT goes on behind the highest number that a row has had");
    lines.add(
        "  passes over "
            + replayed.elsewhere
            + " events of other databases, "
            + replayed.asides
            + " statements that change no content");
    lines.add("  bytes of these transactions: " + bytes);
    return lines;
  }

  private static void tell(List<String> lines, String what, List<String> statements) {
    statements.stream().limit(TOLD).forEach(sql -> lines.add("  " + what + sql));
    if (statements.size() > TOLD) {
      lines.add("  " + what + (statements.size() - TOLD) + " more of such statements");
    }
  }

  /** What was committed and will not be there. */
  private String lost() {
    LogTransaction last = behind.last;
    String seen =
        behind.transactions == 0
            ? "no transaction of these files"
            : behind.transactions + " transactions of these files, the last " + last;
    return seen + "; and what no file here holds" + (tail.isEmpty() ? "" : " (" + tail + ")");
  }

  private Map<String, String> facts(Position place) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("replayedTo", place.toString());
    facts.put("replayedTransactions", Long.toString(replayed.transactions));
    facts.put("replayedRows", replayed.rows.toString());
    facts.put("replayedStatements", Integer.toString(replayed.changing.size()));
    facts.put("lastReplayed", lastBefore == null ? "nothing" : lastBefore.toString());
    facts.put("firstLeftOut", firstAfter == null ? "nothing here" : firstAfter.toString());
    facts.put("lost", lost());
    return facts;
  }
}

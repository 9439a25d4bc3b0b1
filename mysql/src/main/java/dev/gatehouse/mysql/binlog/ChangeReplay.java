package dev.gatehouse.mysql.binlog;

import dev.gatehouse.core.dialect.ChangeLog.Position;
import dev.gatehouse.core.dialect.ChangeLog.Replay;
import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.json.Sha256;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.StepFailed;
import dev.gatehouse.mysql.binlog.LogReader.Unit;
import dev.gatehouse.mysql.binlog.LogTransaction.RowCounts;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/**
 * Puts a stretch of the log into a database, transaction by transaction. In each of them the place
 * of the replay moves from where the one before ended, so that none is done twice or left out. What
 * the server says of it is not believed: how many rows it has changed is compared with the events.
 */
public final class ChangeReplay implements LogReader.Sink {
  private final AppliedEvents applied;
  private final ReplayPlace place;
  private final Replay replay;
  private final Progress progress;
  private final MessageDigest digest = Sha256.begin();
  private final LogFiles files;
  private final Map<String, String> events = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
  private boolean open;
  private RowCounts before = RowCounts.NONE;
  private RowCounts ownCounts = RowCounts.NONE;
  private long transactions;
  private long rows;

  private ChangeReplay(
      Connection session, String database, Replay replay, LogFiles files, Progress progress)
      throws SQLException {
    this.replay = replay;
    this.files = files;
    this.progress = progress;
    this.applied = new AppliedEvents(session, replay.source(), database);
    this.place = new ReplayPlace(session, database);
  }

  /**
   * Replays all of it.
   *
   * @param session for effects, in that database, which nobody else uses
   * @param events status of each in the source, by name; none is enabled in that database
   * @return their statuses in the source at the end
   * @throws StepFailed when the files are not those of the plan any more, when the server does not
   *     take a transaction, or changes other rows than the log has
   */
  public static Map<String, String> into(
      Connection session,
      String database,
      Replay replay,
      Map<String, String> events,
      Progress progress)
      throws Exception {
    try (LogFiles files = LogFiles.from(replay.directory(), replay.from().file())) {
      ChangeReplay all = new ChangeReplay(session, database, replay, files, progress);
      all.events.putAll(events);
      all.all();
      return all.events;
    }
  }

  private void all() throws Exception {
    files.advance(replay.from());
    place.begin(replay.from());
    progress.reached("replay.begun");
    calibrate();
    LogReader reader = new LogReader(files, replay.source(), this);
    while (!files.position().equals(replay.to())) {
      progress.continuing();
      Unit unit = reader.next();
      if (unit == null || LogFiles.isBefore(replay.to(), files.position())) {
        throw altered("a place between two transactions at " + replay.to(), "none there");
      }
      if (unit.transaction().isPresent()) {
        end(unit.transaction().get());
      }
    }
    String found = "sha256:" + Sha256.end(digest);
    if (!found.equals(replay.digest())
        || transactions != replay.transactions()
        || rows != replay.rows()
        || place.transactions() != transactions) {
      throw altered(
          replay.transactions() + " transactions, " + replay.rows() + " rows, " + replay.digest(),
          transactions + " transactions, " + rows + " rows, " + found);
    }
    place.end();
    progress.reached("replay.ended");
  }

  /** What asking and the move of the place count by themselves. */
  private void calibrate() throws SQLException {
    applied.lookForPartitions();
    RowCounts first = applied.counts();
    ownCounts = applied.counts().minus(first).plus(new RowCounts(0, 1, 0));
    before = applied.counts();
  }

  @Override
  public void newTables() throws SQLException {
    applied.flush();
  }

  @Override
  public void table(LogEvent map, String name) {
    applied.table(map, name);
  }

  @Override
  public void rows(LogEvent event) throws Exception {
    begin();
    applied.rows(event);
  }

  private void begin() throws Exception {
    if (!open) {
      open = true;
      applied.format(files.format());
      applied.run("START TRANSACTION");
    }
  }

  @Override
  public void statement(LogStatement statement) throws Exception {
    if (statement.kind() == LogStatement.Kind.ROWS) {
      begin();
      applied.again(statement);
    } else {
      applied.statement(statement);
      statement.event().ifPresent(event -> event.apply(events));
    }
    progress.reached("replay.statement-executed");
  }

  private void end(LogTransaction transaction) throws Exception {
    if (transaction.refusal() != null) {
      throw transaction.refusal();
    }
    if (!transaction.isOurs()) {
      return;
    }
    begin();
    applied.flush();
    progress.reached("replay.applied");
    place.move(transaction.end());
    RowCounts now = applied.counts();
    RowCounts changed = now.minus(before).minus(ownCounts);
    boolean equal =
        applied.inPartitions()
            ? changed.all() >= transaction.counts().all()
            : changed.equals(transaction.counts());
    boolean countable = transaction.schema().isEmpty() && transaction.changing().isEmpty();
    if (countable && !equal) {
      throw new StepFailed(
          Finding.of("changes.miscounted", "the server changed other rows than the log has")
              .withExpected(transaction.counts() + " by the transaction at " + transaction.start())
              .withFound(changed.toString())
              .withFix(
                  "nothing was replaced; restore the backup by itself, and look at that transaction"
                      + " with the client's mysqlbinlog"));
    }
    applied.commit();
    open = false;
    before = countable ? now : afterStatement();
    transactions++;
    rows += transaction.counts().all();
    digest.update(HexFormat.of().parseHex(transaction.digest()));
    progress.reached("replay.committed");
  }

  private RowCounts afterStatement() throws SQLException {
    applied.lookForPartitions();
    return applied.counts();
  }

  private StepFailed altered(String expected, String found) {
    return new StepFailed(
        Finding.of("changes.altered", "the files of the binary log are not those of the plan")
            .withExpected(expected)
            .withFound(found)
            .withFix(
                "nothing was replaced; plan again, and find out who changed "
                    + replay.directory()));
  }

  static StepFailed refused(Position at, String what, SQLException e) {
    StepFailed failed =
        new StepFailed(
            Finding.of("changes.not-applied", "the server does not take " + what + " of the log")
                .withExpected("what was done at " + at + " done again")
                .withFound(String.valueOf(e.getMessage()))
                .withFix(
                    "nothing was replaced; stop before " + at + ", or restore another backup"));
    failed.initCause(e);
    return failed;
  }
}

package dev.gatehouse.mysql.backup;

import dev.gatehouse.core.artifact.Content;
import dev.gatehouse.core.artifact.Staging;
import dev.gatehouse.core.artifact.TableContent;
import dev.gatehouse.core.dialect.BackupMethod.Options;
import dev.gatehouse.core.dialect.BackupMethod.Produced;
import dev.gatehouse.core.dialect.Poll;
import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.GatehouseException;
import dev.gatehouse.core.outcome.StepFailed;
import dev.gatehouse.core.process.ChildProcess;
import dev.gatehouse.core.process.OutputTail;
import dev.gatehouse.core.process.Programs;
import dev.gatehouse.core.process.SideBySide;
import dev.gatehouse.mysql.session.Queries;
import dev.gatehouse.mysql.session.Sessions;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One backup by mysqldump or mariadb-dump. Its transaction begins while nobody can commit, as does
 * the one in which the content is read beside it: both see the same rows. What the dump holds is
 * compared with the definitions and the numbers of rows; the rows themselves a drill compares.
 */
final class DumpBackup {
  static final String DEFAULTS = "defaults of the database";

  private static final String WARNED = "not without warnings of the dump tool";
  private static final String SUFFIX = ".sql";
  private static final int BUFFER = 1 << 16;

  /** How long others may wait with their commits until the tool has begun. */
  private static final Duration HELD = Duration.ofSeconds(2);

  /** The servers look anew at their transactions when for 100 ms nobody has looked. */
  private static final Duration LOOK = Duration.ofMillis(120);

  /** A look takes no longer, for commits wait meanwhile; MariaDB takes it from the statement. */
  private static final int LOOK_SECONDS = 2;

  /** Sessions of this user, and whether each is in a transaction that is whole. */
  private static final String SESSIONS =
      "SELECT /*+ MAX_EXECUTION_TIME(2000) */ p.id AS id, MAX(t.trx_id IS NOT NULL"
          + " AND COALESCE(t.trx_query, '') NOT LIKE 'START TRANSACTION%') AS begun"
          + " FROM information_schema.processlist p LEFT JOIN information_schema.innodb_trx t"
          + " ON t.trx_mysql_thread_id = p.id WHERE CAST(p.user AS BINARY) IN (SELECT"
          + " CAST(me.user AS BINARY) FROM information_schema.processlist me"
          + " WHERE me.id = CONNECTION_ID()) GROUP BY p.id";

  private final Target target;
  private final DumpTools tools;
  private final Staging staging;
  private final Options options;
  private final Progress progress;

  DumpBackup(Target target, DumpTools tools, Staging staging, Options options, Progress progress) {
    this.target = target;
    this.tools = tools;
    this.staging = staging;
    this.options = options;
    this.progress = progress;
  }

  Produced take(String name) throws Exception {
    progress.reached("backup.begun");
    Schema before;
    DumpLogin login;
    DumpProgram tool;
    String database;
    try (Connection session = Sessions.reading(target)) {
      before = SchemaReading.of(session);
      login = DumpLogin.of(target, session);
      tool = DumpPreflight.check(session, before, tools);
      database = Queries.one(session, "SELECT DATABASE()");
    }
    // It waits for its login, so that it has started when others begin to wait for it.
    try (ChildProcess process = ChildProcess.start(tool.dumping(database));
        Snapshot snapshot = Snapshot.together(target, locking -> begin(process, login, locking))) {
      progress.reached("backup.snapshot-taken");
      DumpReading reading = new DumpReading(name + SUFFIX, before, database);
      Both both = both(process, snapshot, reading, tool, login);
      SnapshotReading.refuseOther(before, SnapshotReading.schema(target));
      compare(both.content(), both.dumped().rows());
      ObjectsFile.write(new ObjectsFile.Objects(before, Map.of()), staging);
      progress.reached("backup.written");
      Map<String, String> facts = JdbcBackup.facts(snapshot, before, options);
      facts.put(BackupManifest.DATABASE, database);
      facts.put(DEFAULTS, before.defaults());
      facts.put(tool.name(), tool.version());
      if (!both.dumped().warned().isEmpty()) {
        facts.put(WARNED, both.dumped().warned());
      }
      return new Produced(
          List.of(reading.file(), ObjectsFile.NAME),
          tool.name(),
          both.content(),
          snapshot.source(),
          snapshot.at(),
          facts);
    }
  }

  /** Lets the tool log in, and waits until it has its snapshot, or has ended. */
  private static void begin(ChildProcess process, DumpLogin login, Connection locking)
      throws SQLException {
    Set<String> before = sessions(locking).keySet();
    process.feed(login.optionFile());
    boolean begun =
        Poll.every(LOOK).until(HELD, () -> !process.isAlive() || hasBegun(locking, before));
    if (!begun) {
      throw new StepFailed(
          Finding.of("backup.tool-late", "the dump tool did not begin in time")
              .withExpected(
                  "a transaction within " + HELD.toSeconds() + " s, for which commits wait")
              .withFound("none")
              .withFix("try again when the server and this machine have less to do"));
    }
  }

  /** Of two new sessions nobody knows which one is the tool's. */
  private static boolean hasBegun(Connection locking, Set<String> before) throws SQLException {
    Map<String, Boolean> sessions = sessions(locking);
    sessions.keySet().removeAll(before);
    if (sessions.size() > 1) {
      throw new StepFailed(
          Finding.of("backup.tool-unknown", "others log in as the dump tool does")
              .withExpected("one new session of its user while it begins")
              .withFound("connections " + String.join(", ", sessions.keySet()))
              .withFix("give backups a user of their own, or take this one again"));
    }
    return sessions.containsValue(true);
  }

  private static Map<String, Boolean> sessions(Connection locking) throws SQLException {
    Map<String, Boolean> sessions = new TreeMap<>();
    try (Statement look = locking.createStatement()) {
      look.setQueryTimeout(LOOK_SECONDS);
      try (ResultSet answer = look.executeQuery(SESSIONS)) {
        while (answer.next()) {
          sessions.put(answer.getString("id"), answer.getBoolean("begun"));
        }
      }
    }
    return sessions;
  }

  /**
   * @param warned what the tool said although it succeeded
   */
  private record Dumped(Map<String, Long> rows, String warned) {}

  private record Both(Dumped dumped, Content content) {}

  private Both both(
      ChildProcess process,
      Snapshot snapshot,
      DumpReading reading,
      DumpProgram tool,
      DumpLogin login)
      throws Exception {
    WaitingBehind waiting = new WaitingBehind(target);
    AtomicInteger under = new AtomicInteger(2);
    Runnable ended =
        () -> {
          if (under.decrementAndGet() == 0) {
            waiting.end();
          }
        };
    SideBySide.Work<Object> content =
        side -> {
          try {
            return SnapshotReading.under(target, snapshot, reading.schema(), side).content();
          } finally {
            ended.run();
          }
        };
    SideBySide.Work<Dumped> dumping =
        side -> {
          try {
            return dump(process, reading, tool, login, side);
          } finally {
            ended.run();
          }
        };
    SideBySide.Result<Dumped, Object> both =
        SideBySide.run(progress, dumping, List.of(content, waiting::watch));
    return new Both(both.here(), (Content) both.beside().get(0));
  }

  private Dumped dump(
      ChildProcess process, DumpReading reading, DumpProgram tool, DumpLogin login, Progress side)
      throws Exception {
    Map<String, Long> rows = new TreeMap<>();
    Exception[] unread = new Exception[1];
    AtomicLong moved = new AtomicLong();
    ChildProcess.Use use =
        out -> {
          try (OutputStream stored = staging.compressing(reading.file());
              Stored both = new Stored(out, stored, moved, side)) {
            try {
              rows.putAll(reading.read(both, insert -> {}, side));
            } catch (GatehouseException cut) {
              // Why it ended early the tool itself may tell better.
              unread[0] = cut;
              both.transferTo(OutputStream.nullOutputStream());
            }
          }
        };
    ChildProcess.Ended ended =
        process.read(use, () -> {}, new ChildProcess.Silence(tools.patience(), moved::get), side);
    String said = login.scrubber().scrubOutput(OutputTail.end(ended.words())).strip();
    Optional<Finding> failure =
        Programs.failure(ended, tool.name(), tool.arguments(), tools.patience(), said);
    if (failure.isPresent()) {
      throw new StepFailed(failure.get());
    }
    if (unread[0] != null) {
      throw unread[0];
    }
    side.reached("backup.dumped");
    return new Dumped(rows, said);
  }

  private static void compare(Content content, Map<String, Long> dumped) {
    for (TableContent table : content.tables()) {
      long rows = dumped.getOrDefault(table.table(), 0L);
      if (rows != table.rows()) {
        throw new StepFailed(
            Finding.of("backup.dump-differs", "the dump has not the rows of the snapshot")
                .withExpected(table.rows() + " rows of " + table.table())
                .withFound(rows + " rows in the dump")
                .withFix(
                    "take the backup again; rows of a table that no snapshot holds must stand"
                        + " still meanwhile"));
      }
    }
  }

  /** Stores what is read from it. */
  private static final class Stored extends FilterInputStream {
    private final OutputStream stored;
    private final AtomicLong moved;
    private final Progress side;

    Stored(InputStream in, OutputStream stored, AtomicLong moved, Progress side) {
      super(in);
      this.stored = stored;
      this.moved = moved;
      this.side = side;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int from, int most) throws IOException {
      int read = super.read(bytes, from, Math.min(most, BUFFER));
      if (read > 0) {
        stored.write(bytes, from, read);
        side.moved(moved.addAndGet(read), 0);
      }
      return read;
    }
  }
}

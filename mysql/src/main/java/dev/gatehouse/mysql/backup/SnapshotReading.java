package dev.gatehouse.mysql.backup;

import dev.gatehouse.core.artifact.Content;
import dev.gatehouse.core.artifact.TableContent;
import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.StepFailed;
import dev.gatehouse.core.process.SideBySide;
import dev.gatehouse.mysql.session.Canceller;
import dev.gatehouse.mysql.session.ErrorCodes;
import dev.gatehouse.mysql.session.PinnedPrinting;
import dev.gatehouse.mysql.session.Queries;
import dev.gatehouse.mysql.session.Sessions;
import dev.gatehouse.mysql.sql.SqlNames;
import java.io.Closeable;
import java.io.IOException;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads all rows of a database under one snapshot, and the definitions before and after. A snapshot
 * does not keep tables from being changed: each is printed once more while a lock keeps it as it
 * is, right before its rows are read.
 */
final class SnapshotReading {
  private static final String COUNTER = "next AUTO_INCREMENT of ";
  private static final String SEQUENCE = "next value of sequence ";

  private final Target target;
  private final Progress progress;
  private final List<TableContent> tables = new ArrayList<>();
  private final Map<String, String> states = new TreeMap<>();

  private SnapshotReading(Target target, Progress progress) {
    this.target = target;
    this.progress = progress;
  }

  /** Where rows go beside their digest. */
  @FunctionalInterface
  interface Rows {
    /** Nowhere. */
    Rows NOWHERE = table -> Into.NOTHING;

    Into into(Table table) throws IOException;
  }

  /** Takes the rows of one table; closed behind the last, or when reading failed. */
  interface Into extends Closeable {
    Into NOTHING =
        new Into() {
          @Override
          public void row(byte[] @Nullable [] values) {}

          @Override
          public void close() {}
        };

    void row(byte[] @Nullable [] values) throws IOException;
  }

  /** What was read. */
  record Read(Schema schema, Content content) {}

  static String counter(String table) {
    return COUNTER + table;
  }

  static String sequence(String name) {
    return SEQUENCE + name;
  }

  /** While others use the database. */
  static Read live(Target target, Snapshot snapshot, Schema before, Rows rows, Progress progress)
      throws Exception {
    WaitingBehind waiting = new WaitingBehind(target);
    SideBySide.Work<Read> reading =
        side -> {
          try {
            return new SnapshotReading(target, side).read(snapshot, before, rows);
          } finally {
            waiting.end();
          }
        };
    return SideBySide.run(progress, reading, List.of(waiting::watch)).here();
  }

  /** A database that nobody else uses. */
  static Read alone(Target target, Progress progress) throws Exception {
    Schema before = schema(target);
    try (Snapshot snapshot = Snapshot.withoutPlace(target)) {
      return new SnapshotReading(target, progress).read(snapshot, before, Rows.NOWHERE);
    }
  }

  /** In that snapshot; who reads beside it watches who waits. */
  static Read under(Target target, Snapshot snapshot, Schema before, Progress progress)
      throws Exception {
    return new SnapshotReading(target, progress).read(snapshot, before, Rows.NOWHERE);
  }

  static Schema schema(Target target) throws SQLException {
    try (Connection session = Sessions.reading(target)) {
      return SchemaReading.of(session);
    }
  }

  private Read read(Snapshot snapshot, Schema before, Rows rows) throws Exception {
    Runnable canceller = Canceller.of(snapshot.session());
    progress.interruptibleBy(canceller);
    try {
      PinnedPrinting.of(
          snapshot.session(),
          real -> {
            for (Definition sequence : before.of(Definition.Kind.SEQUENCE)) {
              sequence(real, sequence.name());
            }
            return true;
          });
      for (Table table : before.tables()) {
        progress.continuing();
        table(snapshot, table, before, rows, canceller);
      }
    } finally {
      progress.interruptibleBy(() -> {});
    }
    progress.reached("backup.rows-read");
    refuseOther(before, schema(target));
    return new Read(before, new Content(before.digest(), tables, states));
  }

  private void sequence(Connection session, String name) throws SQLException {
    String next = "SELECT next_not_cached_value FROM " + SqlNames.quoted(name);
    states.put(sequence(name), Queries.one(session, next));
  }

  /** The savepoint gives the lock on the table back, where the product does that. */
  private void table(Snapshot snapshot, Table table, Schema before, Rows rows, Runnable canceller)
      throws SQLException, IOException {
    Connection session = snapshot.session();
    Queries.run(session, "SAVEPOINT gatehouse_table");
    try {
      Queries.run(session, "SELECT 1 FROM " + table.quoted() + " LIMIT 0");
      SchemaReading.TableText now =
          PinnedPrinting.of(
              session,
              real -> SchemaReading.tableText(real, snapshot.source().database(), table.name()));
      String then = before.find(Definition.Kind.TABLE, table.name()).orElseThrow().sql();
      if (!now.definition().equals(then)) {
        throw changed("table " + table.name(), then, now.definition());
      }
      RowDigest digest = new RowDigest(table.columns());
      try (Into into = rows.into(table)) {
        RowReading.of(session)
            .each(
                table,
                canceller,
                progress,
                row -> {
                  digest.add(row);
                  into.row(row);
                });
      }
      tables.add(digest.content(table.name()));
      if (table.columns().stream().anyMatch(Column::counting)) {
        states.put(counter(table.name()), digest.next(new BigInteger(now.counter())));
      }
    } catch (SQLException e) {
      throw orChanged(table, e);
    }
    Queries.run(session, "ROLLBACK TO SAVEPOINT gatehouse_table");
  }

  /** What the servers say of a table that is not the one of the snapshot: 1146, 1412. */
  private static SQLException orChanged(Table table, SQLException e) {
    int code = ErrorCodes.of(e);
    if (code == 1146 || code == 1412) {
      StepFailed failed =
          changed("table " + table.name(), "as it was", String.valueOf(e.getMessage()));
      failed.initCause(e);
      throw failed;
    }
    return e;
  }

  /**
   * @throws StepFailed naming what is not as it was
   */
  static void refuseOther(Schema before, Schema after) {
    if (before.digest().equals(after.digest())) {
      return;
    }
    for (Definition one : before.definitions()) {
      String now = after.find(one.kind(), one.name()).map(Definition::sql).orElse("not there");
      if (!after.find(one.kind(), one.name()).map(one::same).orElse(false)) {
        throw changed(one.title(), one.sql(), now);
      }
    }
    for (Definition one : after.definitions()) {
      if (before.find(one.kind(), one.name()).isEmpty()) {
        throw changed(one.title(), "not there", one.sql());
      }
    }
    throw changed("the schema", before.digest(), after.digest());
  }

  private static StepFailed changed(String what, String expected, String found) {
    return new StepFailed(
        Finding.of("backup.schema-changed", what + " changed during the backup")
            .withExpected("one schema from begin to end: " + expected)
            .withFound(found)
            .withFix("take the backup again when nobody changes the schema"));
  }
}

package dev.gatehouse.mysql.binlog;

import com.github.shyiko.mysql.binlog.event.DeleteRowsEventData;
import com.github.shyiko.mysql.binlog.event.EventData;
import com.github.shyiko.mysql.binlog.event.GtidEventData;
import com.github.shyiko.mysql.binlog.event.IntVarEventData;
import com.github.shyiko.mysql.binlog.event.MariadbGtidEventData;
import com.github.shyiko.mysql.binlog.event.QueryEventData;
import com.github.shyiko.mysql.binlog.event.TableMapEventData;
import com.github.shyiko.mysql.binlog.event.UpdateRowsEventData;
import com.github.shyiko.mysql.binlog.event.WriteRowsEventData;
import dev.gatehouse.core.dialect.ChangeLog.Position;
import dev.gatehouse.core.json.Sha256;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.mysql.binlog.LogTransaction.RowCounts;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Puts the events of files together to transactions of one database. One thread at a time. */
final class LogReader {
  /** MariaDB: one statement, which commits by itself. */
  private static final int STANDALONE = 1;

  /** MariaDB: prepared by XA, or completed. */
  private static final int XA = 64 | 128;

  /** Events that end a transaction and cannot be replayed: XA_PREPARE, TRANSACTION_PAYLOAD. */
  private static final Set<Integer> CLOSING = Set.of(38, 40);

  private final LogFiles files;
  private final String ours;
  private final Sink sink;

  LogReader(LogFiles files, String ours, Sink sink) {
    this.files = files;
    this.ours = ours;
    this.sink = sink;
  }

  /** Takes what is to be replayed, in order. */
  interface Sink {
    /** Looks at it only. */
    Sink NOTHING = new Sink() {};

    /** The tables that were told before are over. */
    default void newTables() throws Exception {}

    /** A table of rows behind it. */
    default void table(LogEvent map, String name) throws Exception {}

    default void rows(LogEvent rows) throws Exception {}

    default void statement(LogStatement statement) throws Exception {}
  }

  /**
   * Reads on to the end of a transaction, or over one event between two.
   *
   * @param event that came between; empty for a transaction
   */
  record Unit(Optional<LogEvent> event, Optional<LogTransaction> transaction) {}

  /** The next one; null where the files end. */
  @Nullable Unit next() throws Exception {
    LogEvent event = files.next();
    if (event == null) {
      return null;
    }
    if (event.begins()) {
      return new Unit(Optional.empty(), Optional.of(new Reading(event).toEnd()));
    }
    boolean between =
        event.isNote()
            || event.type() == LogEvent.FORMAT
            || event.type() == LogEvent.ROTATE
            || event.type() == LogEvent.STOP;
    if (!between) {
      throw event.type() == LogEvent.START_ENCRYPTION
          ? LogRefusal.foreign(event.position(), "an encrypted file")
          : unknown(event);
    }
    return new Unit(Optional.of(event), Optional.empty());
  }

  private static Refusal unknown(LogEvent event) {
    String name = event.name();
    return LogRefusal.event(
        event.position(),
        name.isEmpty() ? "event type " + event.type() : name,
        "an event that nobody here knows how to replay");
  }

  /** One transaction. */
  private final class Reading {
    private final LogEvent begin;
    private final MessageDigest digest = Sha256.begin();
    private final Set<Long> tables = new HashSet<>();
    private final List<String> schema = new ArrayList<>();
    private final List<String> changing = new ArrayList<>();
    private int programs;
    private final List<String> settings = new ArrayList<>();
    private boolean unread;
    private RowCounts counts = RowCounts.NONE;
    private String gtid = "";
    private @Nullable Instant committed;
    private boolean standalone;
    private boolean begun;
    private boolean ended;
    private boolean rowsSeen;
    private int elsewhere;
    private int asides;
    private @Nullable Refusal refusal;

    Reading(LogEvent begin) {
      this.begin = begin;
      digest.update(begin.bytes());
      if (begin.type() == LogEvent.MARIADB_GTID) {
        MariadbGtidEventData read = files.reading().read(begin, MariadbGtidEventData.class);
        gtid = GtidState.name(read, begin);
        standalone = (read.getFlags() & STANDALONE) != 0;
        begun = !standalone;
        if ((read.getFlags() & XA) != 0) {
          refuse(LogRefusal.event(begin.position(), "a transaction of XA", gtid));
        }
      } else {
        GtidEventData read = files.reading().read(begin, GtidEventData.class);
        gtid = begin.type() == LogEvent.GTID ? read.getMySqlGtid().toString() : "";
        committed =
            read.getImmediateCommitTimestamp() == 0
                ? null
                : Instant.EPOCH.plus(read.getImmediateCommitTimestamp(), ChronoUnit.MICROS);
      }
    }

    LogTransaction toEnd() throws Exception {
      LogEvent event = begin;
      while (!ended) {
        event = files.next();
        if (event == null || event.type() == LogEvent.FORMAT || event.begins()) {
          Position end = event == null ? files.position() : event.position();
          throw LogRefusal.gap(
              "the end of the transaction that begins at " + begin.position(),
              "the file ends or another transaction begins before it, at " + end);
        }
        digest.update(event.bytes());
        take(event);
      }
      return new LogTransaction(
          begin.position(),
          event.endPosition(),
          gtid,
          committed == null ? Instant.ofEpochSecond(event.seconds()) : committed,
          committed != null,
          counts,
          schema,
          changing,
          programs,
          elsewhere,
          asides,
          Sha256.end(digest),
          refusal);
    }

    private void refuse(Refusal why) {
      refusal = refusal == null ? why : refusal;
    }

    /** What cannot be replayed is read to its end all the same: the stop may be right before it. */
    private void take(LogEvent event) throws Exception {
      try {
        read(event);
      } catch (Refusal refused) {
        refuse(refused);
        ended |= CLOSING.contains(event.type());
      }
    }

    private void read(LogEvent event) throws Exception {
      if (event.type() == LogEvent.XID) {
        ended = true;
      } else if (event.type() == LogEvent.QUERY) {
        query(event, files.reading().read(event, QueryEventData.class));
      } else if (event.type() == LogEvent.TABLE_MAP) {
        table(event, files.reading().read(event, TableMapEventData.class));
      } else if (event.isRows()) {
        rows(event, files.reading().read(event, EventData.class));
      } else if (event.type() == LogEvent.INTVAR) {
        IntVarEventData number = files.reading().read(event, IntVarEventData.class);
        settings.add(
            (number.getType() == 1 ? "last_insert_id" : "insert_id") + " = " + number.getValue());
      } else if (event.type() == LogEvent.RAND || event.type() == LogEvent.USER_VAR) {
        unread = true;
      } else if (!event.isNote()) {
        ended = standalone;
        throw unknown(event);
      }
    }

    private void query(LogEvent event, QueryEventData query) throws Exception {
      String sql = query.getSql();
      String[] words = sql.split("\\s+", 3);
      String verb = words[0].toUpperCase(Locale.ROOT);
      switch (verb) {
        case "BEGIN" -> begun = true;
        case "COMMIT" -> ended = true;
        case "SAVEPOINT" -> {}
        case "ROLLBACK" -> {
          ended = words.length == 1;
          throw LogRefusal.event(event.position(), "a transaction with " + sql, "not only rows");
        }
        case "XA" -> {
          begun = true;
          // START and END have rows between them and XA_PREPARE behind.
          ended = sql.matches("(?is)XA\\s+(COMMIT|ROLLBACK)\\b.*");
          throw LogRefusal.event(event.position(), "a transaction of XA", sql);
        }
        default -> statement(event, query);
      }
    }

    private void statement(LogEvent event, QueryEventData query) throws Exception {
      ended = !begun;
      LogStatement statement =
          LogStatement.of(
              event, query.getDatabase(), query.getSql(), query.getErrorCode(), settings, ours);
      settings.clear();
      switch (statement.kind()) {
        case ELSEWHERE -> elsewhere++;
        case ASIDE -> asides++;
        case ROWS -> {
          if (unread) {
            throw LogRefusal.event(
                event.position(),
                "a statement with variables or chance",
                query.getSql() + "  -- what these were the library does not read");
          }
          changing.add(statement.sql());
          sink.statement(statement);
        }
        case SCHEMA, PROGRAM -> {
          if (begun) {
            throw LogRefusal.event(
                event.position(), "a statement within a transaction", query.getSql());
          }
          schema.add(statement.sql());
          programs += statement.kind() == LogStatement.Kind.PROGRAM ? 1 : 0;
          sink.statement(statement);
        }
      }
    }

    private void table(LogEvent event, TableMapEventData map) throws Exception {
      if (rowsSeen) {
        rowsSeen = false;
        tables.clear();
        sink.newTables();
      }
      if (map.getDatabase().equals(ours)) {
        tables.add(map.getTableId());
        sink.table(event, map.getTable());
      }
    }

    private void rows(LogEvent event, EventData data) throws Exception {
      rowsSeen = true;
      RowCounts here;
      long table;
      if (data instanceof WriteRowsEventData written) {
        here = new RowCounts(written.getRows().size(), 0, 0);
        table = written.getTableId();
      } else if (data instanceof UpdateRowsEventData updated) {
        here = new RowCounts(0, updated.getRows().size(), 0);
        table = updated.getTableId();
      } else if (data instanceof DeleteRowsEventData deleted) {
        here = new RowCounts(0, 0, deleted.getRows().size());
        table = deleted.getTableId();
      } else {
        throw LogRefusal.event(event.position(), "an event of rows", "the library reads none");
      }
      if (tables.contains(table)) {
        counts = counts.plus(here);
        sink.rows(event);
      } else {
        elsewhere++;
      }
    }
  }
}

package dev.gatehouse.postgres.backup;

import dev.gatehouse.core.artifact.Content;
import dev.gatehouse.core.artifact.TableContent;
import dev.gatehouse.core.dialect.Baseline;
import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.process.SideBySide;
import dev.gatehouse.postgres.archive.ContentNames;
import dev.gatehouse.postgres.catalogue.PostgresCatalogue;
import dev.gatehouse.postgres.session.Canceller;
import dev.gatehouse.postgres.session.Queries;
import dev.gatehouse.postgres.session.Sessions;
import dev.gatehouse.postgres.session.SqlNames;
import dev.gatehouse.postgres.session.SqlStates;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;

/**
 * Reads what a database holds: for each table the number of rows and a sum over a hash of each
 * row's text, for each sequence its state, for all large objects one sum.
 *
 * <p>The text of a row depends on settings, so all of them are pinned; its columns are taken by
 * name, because a restored table may have them in another order. Of an extension's configuration
 * tables the rows that its condition selects are a table's, the others a state. Views, materialized
 * views (which a restore computes anew), foreign tables, what else belongs to an extension, and
 * Gatehouse's own schema are left out.
 */
final class ContentReader {
  /** A session that reads a snapshot gives its locks back after so many tables. */
  private static final int BATCH = 500;

  /** From this size on, in bytes, another session costs less than it saves. */
  private static final long WORTH_TWO = 1L << 25;

  static final List<String> PINS =
      List.of(
          "search_path=",
          "TimeZone=UTC",
          "DateStyle=ISO, MDY",
          "IntervalStyle=postgres",
          "extra_float_digits=1",
          "bytea_output=hex",
          "xmlbinary=base64",
          "lc_monetary=C",
          "quote_all_identifiers=off",
          "row_security=off",
          "statement_timeout=0",
          "lock_timeout=30000");

  /**
   * What a database holds, and the catalogue under the same snapshot.
   *
   * @param notCompared what is not in the content, in words; empty when all is
   */
  record Read(Content content, Baseline catalogue, String notCompared) {
    private Read with(List<TableContent> others) {
      List<TableContent> tables = new ArrayList<>(content.tables());
      tables.addAll(others);
      tables.sort(Comparator.comparing(TableContent::table));
      return new Read(content.withTables(tables), catalogue, notCompared);
    }
  }

  /**
   * What no snapshot holds fast.
   *
   * @param files where the rows of each table lie: who empties or rewrites it puts them elsewhere
   */
  record Moment(String schemaDigest, Map<String, String> sequences, Map<String, Long> files) {}

  private final Connection session;
  private final Optional<String> snapshot;
  private final BooleanSupplier dumping;
  private final TableReading.Way way;
  private final Progress progress;

  private ContentReader(Connection session, TableReading.Way way, Progress progress) {
    this(session, Optional.empty(), () -> false, way, progress);
  }

  /**
   * @param session in a transaction that sees one state of the database
   * @param snapshot to import again after each batch; empty where the transaction must go on
   * @param dumping whether a dump holds its locks; only with a snapshot
   */
  private ContentReader(
      Connection session,
      Optional<String> snapshot,
      BooleanSupplier dumping,
      TableReading.Way way,
      Progress progress) {
    this.session = session;
    this.snapshot = snapshot;
    this.dumping = dumping;
    this.way = way;
    this.progress = progress;
  }

  /** The content of the live target, under a snapshot of its own, which two sessions may share. */
  static Read live(Target target, TableReading.Way way, Progress progress) throws Exception {
    try (Connection session = Sessions.own(target)) {
      beginReading(session, Optional.empty());
      progress.interruptibleBy(Canceller.of(session));
      List<ContentTable> all = new ArrayList<>(ContentTable.tables(session));
      Map<String, Long> bytes = ContentTable.bytes(session);
      if (bytes.values().stream().mapToLong(Long::longValue).sum() < WORTH_TWO) {
        return new ContentReader(session, way, progress).read(all);
      }
      // The largest first, so that those who share them end at the same time.
      all.sort(
          Comparator.comparing(
              table -> bytes.getOrDefault(table.sql(), 0L), Comparator.reverseOrder()));
      Queue<ContentTable> shared = new ConcurrentLinkedQueue<>(all);
      String snapshot = Queries.pinned(session, "SELECT pg_catalog.pg_export_snapshot()");
      SideBySide.Result<Read, List<TableContent>> both =
          SideBySide.run(
              progress,
              side -> {
                side.interruptibleBy(Canceller.of(session));
                return new ContentReader(session, way, side).read(all, shared);
              },
              List.of(side -> share(target, snapshot, shared, way, side)));
      return both.here().with(both.beside().get(0));
    } finally {
      progress.interruptibleBy(() -> {});
    }
  }

  private static List<TableContent> share(
      Target target,
      String snapshot,
      Queue<ContentTable> tables,
      TableReading.Way way,
      Progress progress)
      throws SQLException {
    Connection another;
    try {
      another = Sessions.own(target);
    } catch (SQLException | Refusal none) {
      return List.of(); // the one that there is reads all of them
    }
    try (Connection session = another) {
      beginReading(session, Optional.of(snapshot));
      progress.interruptibleBy(Canceller.of(session));
      return new ContentReader(session, way, progress).contents(tables);
    }
  }

  /**
   * The content as that exported snapshot shows it, holding no lock for long.
   *
   * @param dumping whether a dump under the same snapshot holds its locks
   */
  static Read beside(
      BooleanSupplier dumping,
      Target target,
      String snapshot,
      TableReading.Way way,
      Progress progress)
      throws SQLException {
    try (Connection session = Sessions.own(target)) {
      beginReading(session, Optional.of(snapshot));
      progress.interruptibleBy(Canceller.of(session));
      return new ContentReader(session, Optional.of(snapshot), dumping, way, progress)
          .read(ContentTable.tables(session));
    } finally {
      progress.interruptibleBy(() -> {});
    }
  }

  /** Schema, states of all sequences and files of all tables as they are now. */
  static Moment now(Connection session) throws SQLException {
    beginReading(session, Optional.empty());
    try {
      return new Moment(
          PostgresCatalogue.dumped(PostgresCatalogue.INSTANCE.read(session)).digest(),
          new ContentReader(session, TableReading.Way.HASHING, Progress.SILENT).sequences(),
          ContentTable.files(session));
    } finally {
      endReading(session);
    }
  }

  /** The content as the session's own open transaction is about to commit it. */
  static Read within(Connection session, TableReading.Way way, Progress progress)
      throws SQLException {
    pin(session);
    return new ContentReader(session, way, progress).read(ContentTable.tables(session));
  }

  static void beginReading(Connection session, Optional<String> snapshot) throws SQLException {
    session.setReadOnly(true);
    session.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
    session.setAutoCommit(false);
    if (snapshot.isPresent()) {
      Queries.run(session, "SET TRANSACTION SNAPSHOT " + SqlNames.literal(snapshot.get()));
    }
    pin(session);
  }

  /** The settings of {@link #beginReading} end with the transaction. */
  static void endReading(Connection session) throws SQLException {
    session.rollback();
    session.setAutoCommit(true);
  }

  private static void pin(Connection session) throws SQLException {
    List<String> settings = new ArrayList<>();
    for (String pin : PINS) {
      String[] pair = pin.split("=", 2);
      settings.add("pg_catalog.set_config('%s', '%s', true)".formatted(pair[0], pair[1]));
    }
    Queries.run(session, "SELECT " + String.join(", ", settings));
  }

  private Read read(List<ContentTable> all) throws SQLException {
    return read(all, new ArrayDeque<>(all));
  }

  /**
   * @param mine those that nobody else has read yet
   */
  private Read read(List<ContentTable> all, Queue<ContentTable> mine) throws SQLException {
    List<TableContent> tables = contents(mine);
    Map<String, String> states = new TreeMap<>(sequences());
    states.putAll(broughtByExtensions(all));
    String objects = new LargeObjects(session, LargeObjects.PIECE, progress).state();
    if (!objects.startsWith("0,")) {
      states.put(ContentNames.LARGE_OBJECTS, TableReading.HASHED + objects);
    }
    Baseline catalogue = patiently(() -> PostgresCatalogue.INSTANCE.read(session));
    return new Read(
        new Content(PostgresCatalogue.dumped(catalogue).digest(), tables, states),
        catalogue,
        NotCompared.of(session, catalogue));
  }

  /** Of all tables in the queue that nobody else takes; sorted. */
  private List<TableContent> contents(Queue<ContentTable> queue) throws SQLException {
    List<TableContent> tables = new ArrayList<>();
    int read = 0;
    for (ContentTable table = queue.poll(); table != null; table = queue.poll()) {
      progress.continuing();
      if (snapshot.isPresent() && ++read % BATCH == 0) {
        session.commit();
        beginReading(session, snapshot);
      }
      ContentTable next = table;
      tables.add(patiently(() -> way.of(new TableReading(session), next)));
    }
    tables.sort(Comparator.comparing(TableContent::table));
    return tables;
  }

  /** One question to the server. */
  @FunctionalInterface
  private interface Question<T> {
    T ask() throws SQLException;
  }

  /**
   * Who waits for the dump to give back its locks stands in our way as long as the dump goes on:
   * that is no reason to give up, and we keep nobody from anything by asking again.
   */
  private <T> T patiently(Question<T> question) throws SQLException {
    while (true) {
      boolean behindTheDump = dumping.getAsBoolean();
      try {
        return question.ask();
      } catch (SQLException e) {
        if (!behindTheDump || !SqlStates.is(e, SqlStates.LOCK_NOT_AVAILABLE)) {
          throw e;
        }
        progress.continuing();
        session.rollback();
        beginReading(session, snapshot);
      }
    }
  }

  /** Rows of configuration tables that no dump holds: all without those that are people's. */
  private Map<String, String> broughtByExtensions(List<ContentTable> tables) throws SQLException {
    Map<String, String> states = new TreeMap<>();
    TableReading reading = new TableReading(session);
    for (ContentTable table : tables) {
      if (!table.condition().isEmpty()) {
        TableContent all = patiently(() -> reading.hashed(table, table.sql()));
        TableContent dumped = patiently(() -> reading.hashed(table, table.rows()));
        states.put(
            ContentNames.broughtBy(table.extension(), table.name()),
            all.rows()
                - dumped.rows()
                + " rows, "
                + TableReading.HASHED
                + sum(all).subtract(sum(dumped)));
      }
    }
    return states;
  }

  private static BigInteger sum(TableContent table) {
    return new BigInteger(table.digest().substring(TableReading.HASHED.length()));
  }

  /**
   * The rows that extensions bring, by the names that a content has for them, as the session sees
   * them; its settings stay as they are.
   */
  static Map<String, String> broughtByExtensions(Connection session) throws SQLException {
    boolean alone = session.getAutoCommit();
    session.setAutoCommit(false);
    Savepoint before = session.setSavepoint();
    try {
      pin(session);
      return new ContentReader(session, TableReading.Way.HASHING, Progress.SILENT)
          .broughtByExtensions(ContentTable.tables(session));
    } finally {
      session.rollback(before);
      if (alone) {
        session.rollback();
        session.setAutoCommit(true);
      }
    }
  }

  private Map<String, String> sequences() throws SQLException {
    Map<String, String> states = new TreeMap<>();
    for (ContentTable sequence : ContentTable.sequences(session)) {
      progress.continuing();
      String sql = "SELECT last_value::text, is_called::text FROM " + sequence.sql();
      try (PreparedStatement statement = session.prepareStatement(sql);
          ResultSet row = statement.executeQuery()) {
        row.next();
        states.put(
            "sequence " + sequence.name(),
            ContentNames.sequenceState(
                String.valueOf(row.getString(1)), String.valueOf(row.getString(2))));
      }
    }
    return states;
  }
}

package dev.gatehouse.postgres.backup;

import dev.gatehouse.core.artifact.Content;
import dev.gatehouse.core.artifact.TableContent;
import dev.gatehouse.core.dialect.Baseline;
import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.StepFailed;
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
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
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
  /** Names algorithm, settings and order of columns: compared only under the same name. */
  static final String ALGORITHM = "pg-rowtext64-sum:";

  /** Undefined schema, table, column, function or type: of a function, or the table is gone. */
  private static final Set<String> UNREADABLE = Set.of("3F000", "42P01", "42703", "42883", "42704");

  /** A session that reads a snapshot gives its locks back after so many tables. */
  private static final int BATCH = 500;

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
          "row_security=off",
          "statement_timeout=0",
          "lock_timeout=30000");

  static final String USER_SCHEMA =
      "n.nspname <> 'information_schema' AND n.nspname <> 'gatehouse' AND n.nspname !~ '^pg_'";

  private static final String NOT_OF_EXTENSION =
      " AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d"
          + " WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid"
          + " AND d.deptype = 'e')";

  /** With the relation c in the schema n: what a dump holds the rows or the state of. */
  static final String DUMPED =
      "n.nspname <> 'gatehouse' AND ("
          + USER_SCHEMA
          + NOT_OF_EXTENSION
          + " OR EXISTS ("
          + ExtensionRows.CONFIGURATION
          + "))";

  private static final String RELATIONS =
      "SELECT n.nspname, c.relname, pg_catalog.format('%I.%I', n.nspname, c.relname),"
          + " coalesce((SELECT pg_catalog.string_agg(pg_catalog.format('t.%I', a.attname), ', '"
          + " ORDER BY a.attname COLLATE \"C\") FROM pg_catalog.pg_attribute a"
          + " WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped), ''),"
          + " coalesce(k.extname, ''), coalesce(k.condition, '')"
          + " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
          + " LEFT JOIN LATERAL ("
          + ExtensionRows.CONFIGURATION
          + ") k ON true WHERE c.relkind = ? AND c.relpersistence <> 't' AND "
          + DUMPED;

  /**
   * What a database holds, and the catalogue under the same snapshot.
   *
   * @param notCompared what is not in the content, in words; empty when all is
   */
  record Read(Content content, Baseline catalogue, String notCompared) {}

  record Moment(String schemaDigest, Map<String, String> sequences) {}

  /**
   * One table or sequence.
   *
   * @param extension whose configuration it is; empty for what people made
   * @param condition which rows of it are people's, as a query's end; empty for all
   */
  private record Relation(
      String name, String sql, String columns, String extension, String condition) {
    String rows() {
      return condition.isEmpty() ? "ONLY " + sql : "(SELECT * FROM " + sql + " " + condition + ")";
    }
  }

  private final Connection session;
  private final Optional<String> snapshot;
  private final BooleanSupplier dumping;
  private final Progress progress;

  private ContentReader(Connection session, Progress progress) {
    this(session, Optional.empty(), () -> false, progress);
  }

  /**
   * @param session in a transaction that sees one state of the database
   * @param snapshot to import again after each batch; empty where the transaction must go on
   * @param dumping whether a dump holds its locks; only with a snapshot
   */
  private ContentReader(
      Connection session, Optional<String> snapshot, BooleanSupplier dumping, Progress progress) {
    this.session = session;
    this.snapshot = snapshot;
    this.dumping = dumping;
    this.progress = progress;
  }

  /** The content of the live target, under a snapshot of its own. */
  static Read live(Target target, Progress progress) throws SQLException {
    try (Connection session = Sessions.own(target)) {
      beginReading(session, Optional.empty());
      progress.interruptibleBy(Canceller.of(session));
      return new ContentReader(session, progress).read();
    } finally {
      progress.interruptibleBy(() -> {});
    }
  }

  /**
   * The content as that exported snapshot shows it, holding no lock for long.
   *
   * @param dumping whether a dump under the same snapshot holds its locks
   */
  static Read beside(BooleanSupplier dumping, Target target, String snapshot, Progress progress)
      throws SQLException {
    try (Connection session = Sessions.own(target)) {
      beginReading(session, Optional.of(snapshot));
      progress.interruptibleBy(Canceller.of(session));
      return new ContentReader(session, Optional.of(snapshot), dumping, progress).read();
    } finally {
      progress.interruptibleBy(() -> {});
    }
  }

  /** What no snapshot holds fast: schema and states of all sequences as they are now. */
  static Moment now(Connection session) throws SQLException {
    beginReading(session, Optional.empty());
    try {
      return new Moment(
          PostgresCatalogue.dumped(PostgresCatalogue.INSTANCE.read(session)).digest(),
          new ContentReader(session, Progress.SILENT).sequences());
    } finally {
      endReading(session);
    }
  }

  /** The content as the session's own open transaction is about to commit it. */
  static Read within(Connection session, Progress progress) throws SQLException {
    pin(session);
    return new ContentReader(session, progress).read();
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

  private Read read() throws SQLException {
    List<TableContent> tables = new ArrayList<>();
    int read = 0;
    for (Relation table : relations("r")) {
      progress.continuing();
      if (snapshot.isPresent() && ++read % BATCH == 0) {
        session.commit();
        beginReading(session, snapshot);
      }
      tables.add(patiently(() -> content(table)));
    }
    tables.sort(Comparator.comparing(TableContent::table));
    Map<String, String> states = new TreeMap<>(sequences());
    states.putAll(broughtByExtensions());
    String objects = new LargeObjects(session, LargeObjects.PIECE, progress).state();
    if (!objects.startsWith("0,")) {
      states.put(ContentNames.LARGE_OBJECTS, ALGORITHM + objects);
    }
    Baseline catalogue = patiently(() -> PostgresCatalogue.INSTANCE.read(session));
    return new Read(
        new Content(PostgresCatalogue.dumped(catalogue).digest(), tables, states),
        catalogue,
        NotCompared.of(session, catalogue));
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

  /** The server adds up bigints without overflow, and faster than numerics. */
  private TableContent content(Relation table) throws SQLException {
    return content(table, table.rows());
  }

  private TableContent content(Relation table, String from) throws SQLException {
    String sql =
        "SELECT pg_catalog.count(*), coalesce(pg_catalog.sum(pg_catalog.hashtextextended("
            + (table.columns().isEmpty() ? "'()'" : "ROW(" + table.columns() + ")::text")
            + ", 0)), 0)::text FROM "
            + from
            + " AS t";
    // Not prepared: an extension's condition may hold the operator "?".
    try (Statement statement = session.createStatement()) {
      statement.setEscapeProcessing(false);
      ResultSet row = statement.executeQuery(sql);
      row.next();
      return new TableContent(table.name(), row.getLong(1), ALGORITHM + row.getString(2));
    } catch (SQLException e) {
      if (UNREADABLE.contains(SqlStates.of(e))) {
        throw unreadable(table, e);
      }
      throw e;
    }
  }

  private static StepFailed unreadable(Relation table, SQLException e) {
    StepFailed failed =
        new StepFailed(
            Finding.of("backup.rows", "the rows of a table cannot be read")
                .withExpected("SELECT count(*) FROM " + table.sql())
                .withFound(e.getMessage() + ", SQL state " + SqlStates.of(e))
                .withFix(
                    "bring back what it names, such as the old name of a schema: a function in an"
                        + " index or a policy of the table needs it; then begin again"));
    failed.initCause(e);
    return failed;
  }

  /** Rows of configuration tables that no dump holds: all without those that are people's. */
  private Map<String, String> broughtByExtensions() throws SQLException {
    Map<String, String> states = new TreeMap<>();
    for (Relation table : relations("r")) {
      if (!table.condition().isEmpty()) {
        TableContent all = patiently(() -> content(table, table.sql()));
        TableContent dumped = patiently(() -> content(table));
        states.put(
            ContentNames.broughtBy(table.extension(), table.name()),
            all.rows() - dumped.rows() + " rows, " + ALGORITHM + sum(all).subtract(sum(dumped)));
      }
    }
    return states;
  }

  private static BigInteger sum(TableContent table) {
    return new BigInteger(table.digest().substring(ALGORITHM.length()));
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
      return new ContentReader(session, Progress.SILENT).broughtByExtensions();
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
    for (Relation sequence : relations("S")) {
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

  private List<Relation> relations(String kind) throws SQLException {
    List<Relation> relations = new ArrayList<>();
    try (PreparedStatement statement = session.prepareStatement(RELATIONS)) {
      statement.setString(1, kind);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          relations.add(
              new Relation(
                  ContentNames.table(
                      String.valueOf(rows.getString(1)), String.valueOf(rows.getString(2))),
                  String.valueOf(rows.getString(3)),
                  String.valueOf(rows.getString(4)),
                  String.valueOf(rows.getString(5)),
                  String.valueOf(rows.getString(6))));
        }
      }
    }
    return relations;
  }
}

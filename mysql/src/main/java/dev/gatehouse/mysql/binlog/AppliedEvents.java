package dev.gatehouse.mysql.binlog;

import dev.gatehouse.core.dialect.ChangeLog.Position;
import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.StepFailed;
import dev.gatehouse.mysql.binlog.LogTransaction.RowCounts;
import dev.gatehouse.mysql.session.Queries;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.function.Function;

/**
 * Has the server apply events of rows. Rows go with their table maps into one BINLOG statement: in
 * another one the server takes them, says ok, and changes nothing.
 */
final class AppliedEvents {
  private static final String COUNTED =
      "SHOW SESSION STATUS WHERE variable_name IN"
          + " ('Handler_write', 'Handler_update', 'Handler_delete')";

  /** In bytes; a statement that changes more rows is applied in several. */
  private static final long PIECE = 4L << 20;

  private static final String PARTITIONED =
      "SELECT DISTINCT table_name FROM information_schema.partitions"
          + " WHERE table_schema = ? AND partition_name IS NOT NULL";

  private static final String EXECUTED =
      "SELECT 1 FROM information_schema.events WHERE event_schema = ? AND status = '"
          + ScheduledEvent.ENABLED
          + "'";

  private static final int NO_DEFINER = 1449;

  /** What has a number in the log, and how its name is asked. */
  private static final Map<String, String> NAMED =
      Map.of(
          "character_set_client",
          "SELECT character_set_name FROM information_schema.collations WHERE id = ?",
          "collation_connection",
          "SELECT collation_name FROM information_schema.collations WHERE id = ?");

  private static final String APPLICABLE =
      " FROM information_schema.collation_character_set_applicability WHERE id = ?";

  private static final String GTIDS = "SHOW GLOBAL VARIABLES LIKE 'gtid_mode'";

  private final Connection session;
  private final byte[] source;
  private final byte[] database;
  private final String sourceName;
  private final String databaseName;
  private final long longest;
  private final boolean gtids;
  private final List<byte[]> maps = new ArrayList<>();
  private final List<String> tables = new ArrayList<>();
  private final Set<String> touched = new HashSet<>();
  private Set<String> partitioned = Set.of();
  private final ByteArrayOutputStream rows = new ByteArrayOutputStream();
  private String format = "";
  private Position first = new Position("", 0);

  AppliedEvents(Connection session, String source, String database) throws SQLException {
    this.session = session;
    this.sourceName = source;
    this.databaseName = database;
    this.source = source.getBytes(StandardCharsets.UTF_8);
    this.database = database.getBytes(StandardCharsets.UTF_8);
    long packet = Long.parseLong(Queries.one(session, "SELECT @@SESSION.max_allowed_packet"));
    this.longest = packet / 4 * 3 - 1024;
    this.gtids =
        Queries.first(session, GTIDS, row -> row.text("value")).orElse("OFF").startsWith("ON");
  }

  /** Tells the session how the events of a file are made; once a file. */
  void format(LogEvent event) throws SQLException {
    if (!format.equals(event.file())) {
      run("BINLOG '" + Base64.getEncoder().encodeToString(event.bytes()) + "'");
      if (gtids) {
        run("SET SESSION gtid_next = 'AUTOMATIC'");
      }
      format = event.file();
    }
  }

  /** The table of rows behind it. */
  void table(LogEvent map, String name) {
    tables.add(name);
    touched.add(name);
    maps.add(map.renamed(source, database));
  }

  void rows(LogEvent event) throws SQLException {
    if (rows.size() == 0) {
      first = event.position();
    } else if (rows.size() + event.bytes().length > Math.min(PIECE, longest / 2)) {
      apply();
      first = event.position();
    }
    rows.writeBytes(event.bytes());
  }

  /** Applies what waits; the table maps are over. */
  void flush() throws SQLException {
    apply();
    maps.clear();
    tables.clear();
  }

  private void apply() throws SQLException {
    if (rows.size() == 0) {
      return;
    }
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    maps.forEach(all::writeBytes);
    all.writeBytes(rows.toByteArray());
    rows.reset();
    if (all.size() > longest) {
      throw new StepFailed(
          Finding.of("changes.too-long", "an event of the log is longer than the server takes")
              .withExpected("max_allowed_packet of " + all.size() / 3 * 4 + " bytes and more")
              .withFound("the event at " + first)
              .withFix("nothing was replaced; SET GLOBAL max_allowed_packet, and run it again"));
    }
    try {
      run("BINLOG '" + Base64.getEncoder().encodeToString(all.toByteArray()) + "'");
    } catch (SQLException e) {
      throw ChangeReplay.refused(first, "rows of " + String.join(", ", tables), e);
    }
  }

  /** Whether rows were of a table with partitions, which count a row once more, or as two. */
  boolean inPartitions() {
    return !Collections.disjoint(partitioned, touched);
  }

  /** Which tables have partitions now. */
  void lookForPartitions() throws SQLException {
    partitioned = Set.copyOf(Queries.column(session, PARTITIONED, databaseName));
  }

  /** Makes, alters or drops something. Foreign keys are not asked, as perhaps then. */
  void statement(LogStatement statement) throws SQLException {
    execute(statement, false);
    if (statement.event().isPresent() && Queries.exists(session, EXECUTED, databaseName)) {
      throw new IllegalStateException("an event is enabled in " + databaseName);
    }
  }

  /** Changes rows, as nobody can compare. */
  void again(LogStatement statement) throws SQLException {
    execute(statement, statement.under().checks());
  }

  /** Under the settings of the session that executed it the first time. */
  private void execute(LogStatement statement, boolean checks) throws SQLException {
    Map<String, String> wanted = new LinkedHashMap<>(statement.under().others());
    // MySQL 8.0.15 does not know every number of its own here; MariaDB has some without a name.
    for (Map.Entry<String, String> kind : NAMED.entrySet()) {
      String id = wanted.get(kind.getKey());
      if (id != null) {
        wanted.put(
            kind.getKey(),
            Queries.first(session, kind.getValue(), row -> row.only(), id).orElse(id));
      }
    }
    String meant = wanted.get(LoggedSettings.COLLATIONS);
    if (meant != null) {
      wanted.put(LoggedSettings.COLLATIONS, collations(meant));
    }
    wanted.put("sql_mode", "" + statement.under().mode());
    wanted.put("foreign_key_checks", checks ? "1" : "0");
    Map<String, String> own = new LinkedHashMap<>();
    for (String name : wanted.keySet()) {
      own.put(name, Queries.one(session, "SELECT @@SESSION." + name));
    }
    String micros = "%06d".formatted(statement.under().micros());
    try {
      set(wanted, own);
      run("SET SESSION timestamp = " + statement.seconds() + "." + micros);
      for (String setting : statement.settings()) {
        run("SET SESSION " + setting);
      }
      run(statement.in(databaseName, sourceName));
      refuseNoDefiner();
      set(own, Map.of());
      run("SET SESSION timestamp = DEFAULT");
    } catch (SQLException e) {
      throw ChangeReplay.refused(statement.at(), "a statement", e);
    }
  }

  /** The same pairs by name. */
  private String collations(String numbers) throws SQLException {
    StringJoiner pairs = new StringJoiner(",");
    for (String pair : numbers.isEmpty() ? new String[0] : numbers.split(",", -1)) {
      String[] two = pair.split("=", 2);
      pairs.add(
          Queries.one(session, "SELECT character_set_name" + APPLICABLE, two[0])
              + "="
              + Queries.one(session, "SELECT full_collation_name" + APPLICABLE, two[1]));
    }
    return pairs.toString();
  }

  private void set(Map<String, String> values, Map<String, String> there) throws SQLException {
    for (Map.Entry<String, String> each : values.entrySet()) {
      String value = each.getValue();
      if (!value.equals(there.get(each.getKey()))) {
        String text = value.matches("\\d+") ? value : "'" + value.replace("'", "''") + "'";
        run("SET SESSION " + each.getKey() + " = " + text);
      }
    }
  }

  /** The servers make an object whose definer is not there, and say so in a warning. */
  private void refuseNoDefiner() throws SQLException {
    for (Row warning : Queries.rows(session, "SHOW WARNINGS", Function.identity())) {
      if (warning.number("Code") == NO_DEFINER) {
        throw new SQLException(warning.text("Message"), "HY000", NO_DEFINER);
      }
    }
  }

  /** Rows that this session has changed, by the count of the server's own handlers. */
  RowCounts counts() throws SQLException {
    Map<String, Long> told = new HashMap<>();
    for (Row row : Queries.rows(session, COUNTED, Function.identity())) {
      told.put(row.text("variable_name"), row.number("value"));
    }
    return new RowCounts(
        told.getOrDefault("Handler_write", 0L),
        told.getOrDefault("Handler_update", 0L),
        told.getOrDefault("Handler_delete", 0L));
  }

  void commit() throws SQLException {
    run("COMMIT");
    touched.clear();
  }

  void run(String sql) throws SQLException {
    try (Statement statement = session.createStatement()) {
      statement.setEscapeProcessing(false);
      statement.execute(sql);
    }
  }
}

package dev.gatehouse.postgres.backup;

import dev.gatehouse.core.dialect.Fingerprint;
import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.postgres.session.Products;
import dev.gatehouse.postgres.session.Queries;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * One state of the database, kept visible for others by an exported snapshot until it is closed.
 */
final class BackupSource implements AutoCloseable {
  private static final String FACTS =
      "SELECT pg_catalog.pg_current_wal_lsn()::text AS lsn, pg_catalog.substr("
          + "pg_catalog.pg_walfile_name(pg_catalog.pg_current_wal_lsn()), 1, 8) AS timeline,"
          + " (SELECT system_identifier::text FROM pg_catalog.pg_control_system()) AS system,"
          + " pg_catalog.current_setting('archive_mode') AS archive,"
          + " (SELECT coalesce(last_archived_wal, 'none') || ', failed ' || failed_count"
          + " FROM pg_catalog.pg_stat_archiver) AS archived,"
          + " pg_catalog.pg_encoding_to_char(d.encoding) AS encoding, d.datcollate, d.datctype,"
          + " coalesce(pg_catalog.to_jsonb(d)->>'datlocprovider', 'c') AS provider,"
          + " coalesce(pg_catalog.to_jsonb(d)->>'daticulocale',"
          + " pg_catalog.to_jsonb(d)->>'datlocale', '') AS locale"
          + " FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database()";

  static final String EXTENSIONS = "SELECT extname, extversion FROM pg_catalog.pg_extension";

  /** Those who own something or were granted something in this database. */
  private static final String ROLES =
      "SELECT DISTINCT r.rolname FROM pg_catalog.pg_shdepend d JOIN pg_catalog.pg_roles r"
          + " ON r.oid = d.refobjid WHERE d.refclassid = 'pg_catalog.pg_authid'::"
          + "pg_catalog.regclass AND d.dbid = (SELECT oid FROM pg_catalog.pg_database"
          + " WHERE datname = pg_catalog.current_database())";

  private static final String BYTES =
      "SELECT coalesce(sum(pg_table_size(c.oid)), 0)"
          + " + pg_table_size('pg_catalog.pg_largeobject')"
          + " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
          + " WHERE c.relkind = 'r' AND "
          + ContentTable.USER_SCHEMA;

  private final Connection session;
  private final Fingerprint fingerprint;
  private final String snapshot;
  private final Instant at;

  private BackupSource(Connection session, Fingerprint fingerprint, String snapshot, Instant at) {
    this.session = session;
    this.fingerprint = fingerprint;
    this.snapshot = snapshot;
    this.at = at;
  }

  /**
   * @param session outside of a transaction, as it is again when this is closed
   */
  static BackupSource of(Connection session) throws SQLException {
    Fingerprint fingerprint = Products.identify(session);
    boolean begun = false;
    try {
      ContentReader.beginReading(session, Optional.empty());
      Queries.run(session, "SET LOCAL idle_in_transaction_session_timeout = 0");
      String snapshot = Queries.pinned(session, "SELECT pg_export_snapshot()");
      String at =
          Queries.pinned(
              session,
              "SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC',"
                  + " 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')");
      begun = true;
      return new BackupSource(session, fingerprint, snapshot, Instant.parse(at));
    } finally {
      if (!begun) {
        ContentReader.endReading(session);
      }
    }
  }

  Fingerprint fingerprint() {
    return fingerprint;
  }

  String snapshot() {
    return snapshot;
  }

  Instant at() {
    return at;
  }

  /** What identifies the source and where it stands in its log; {@code owners} of the archive. */
  Map<String, String> facts(Set<String> owners) throws SQLException {
    Row row = Queries.one(session, FACTS);
    Set<String> roles = new TreeSet<>(owners);
    roles.addAll(Queries.column(session, ROLES));
    roles.removeIf(role -> role.startsWith("pg_"));
    Map<String, String> facts = new TreeMap<>();
    facts.put("postgresql", fingerprint.version());
    facts.put("pgjdbc", String.valueOf(session.getMetaData().getDriverVersion()));
    facts.put("lsn", row.text("lsn"));
    facts.put("timeline", row.text("timeline"));
    facts.put("system identifier", row.text("system"));
    facts.put("archive", row.text("archive") + ", last " + row.text("archived"));
    facts.put("encoding", row.text("encoding"));
    facts.put("collate", row.text("datcollate"));
    facts.put("ctype", row.text("datctype"));
    facts.put("locale provider", row.text("provider"));
    facts.put("locale", row.text("locale"));
    Map<String, String> extensions = new TreeMap<>();
    for (Row extension : Queries.rows(session, EXTENSIONS, Function.identity())) {
      extensions.put(extension.text("extname"), extension.text("extversion"));
    }
    RestoreRequirements.of(roles, extensions).into(facts);
    return facts;
  }

  /** What the tables take on the server's disk, large objects with them. */
  long bytes() throws SQLException {
    return Long.parseLong(Queries.pinned(session, BYTES));
  }

  /** No more of that state is needed: the session is outside of a transaction again. */
  void end() throws SQLException {
    if (!session.getAutoCommit()) {
      ContentReader.endReading(session);
    }
  }

  @Override
  public void close() throws SQLException {
    end();
  }
}

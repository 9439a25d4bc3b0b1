package dev.gatehouse.postgres.session;

import dev.gatehouse.core.dialect.Fingerprint;
import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.core.model.NamedCheck.Planning;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;

/** Recognises PostgreSQL 14 to 18, on a primary. */
public final class Products {
  public static final String POSTGRESQL = "PostgreSQL";

  private static final int OLDEST = 14;
  private static final int NEWEST = 18;

  /** Products that answer in PostgreSQL's protocol and call themselves PostgreSQL on the way. */
  private static final List<String> RELATIVES =
      List.of(
          "CockroachDB",
          "-YB-",
          "Redshift",
          "Greenplum",
          "EnterpriseDB",
          "Materialize",
          "CrateDB",
          "QuestDB",
          "RisingWave",
          "openGauss",
          "Cloudberry",
          "Spanner");

  private static final String IDENTITY =
      "SELECT current_setting('server_version') AS version, pg_is_in_recovery() AS replica,"
          + " current_database() AS database,"
          + " (SELECT system_identifier FROM pg_control_system()) AS system,"
          + " CASE WHEN NOT pg_is_in_recovery()"
          + " THEN substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) ELSE '0' END AS timeline,"
          + " (SELECT oid FROM pg_database WHERE datname = current_database()) AS oid,"
          + " current_setting('gatehouse.account_path', true) AS path,"
          + " current_setting('role') AS role";

  private record Identity(
      String version,
      boolean replica,
      String database,
      String system,
      int timeline,
      String oid,
      String session) {

    static Identity of(Row row) {
      return new Identity(
          row.text("version").split(" ", 2)[0],
          row.isTrue("replica"),
          row.text("database"),
          row.text("system"),
          Integer.parseInt(row.text("timeline"), 16),
          row.text("oid"),
          Sessions.names(row.text("path"), row.text("role")));
    }
  }

  private Products() {}

  /** A check that makes sense on this product only, and these lines of its plan. */
  public static Planning only(String... preview) {
    return only(reading -> List.of(preview));
  }

  public static Planning only(Planning planning) {
    return planning.onlyOn(POSTGRESQL);
  }

  /** By what the server told at login: costs no statement. */
  static void refuseOthers(Connection connection) throws SQLException {
    DatabaseMetaData told = connection.getMetaData();
    String product = String.valueOf(told.getDatabaseProductName());
    if (!product.equals(POSTGRESQL)) {
      throw other(product);
    }
    refuseVersion(told.getDatabaseMajorVersion(), String.valueOf(told.getDatabaseProductVersion()));
  }

  static void refuseVersion(int major, String version) {
    if (major < OLDEST || major > NEWEST) {
      throw new Refusal(
          Finding.of(
                  "postgres.version",
                  "PostgreSQL "
                      + version
                      + (major < OLDEST ? " is too old" : " is newer than what Gatehouse knows"))
              .withExpected("PostgreSQL " + OLDEST + " to " + NEWEST)
              .withFound(version)
              .withFix(
                  major < OLDEST
                      ? "upgrade the server to a release its vendor still mends"
                      : "use a release of Gatehouse that was tested with PostgreSQL " + major));
    }
  }

  /** By what the server answers to {@code SELECT version()}. */
  static void refuseRelatives(String version) {
    String lower = version.toLowerCase(Locale.ROOT);
    boolean relative =
        RELATIVES.stream().anyMatch(name -> lower.contains(name.toLowerCase(Locale.ROOT)));
    if (relative || !version.startsWith(POSTGRESQL + " ")) {
      throw other(version);
    }
  }

  private static Refusal other(String found) {
    return new Refusal(
        Finding.of("postgres.other-product", "the connection does not lead to PostgreSQL")
            .withExpected(POSTGRESQL + " " + OLDEST + " to " + NEWEST)
            .withFound(found)
            .withFix("give the target the dialect of its product instead of Postgres.dialect()"));
  }

  /**
   * Server is system identifier, timeline and oid of the database: a clone that was recovered
   * elsewhere, a promoted standby, and a database that was dropped and made again under its old
   * name are not the database the plan was made for, because commits may be missing from them.
   */
  public static Fingerprint identify(Connection connection) throws SQLException {
    refuseOthers(connection);
    refuseRelatives(Queries.pinned(connection, "SELECT version()"));
    Identity told = Identity.of(Queries.one(connection, IDENTITY));
    if (told.replica()) {
      throw new Refusal(
          Finding.of("postgres.replica", "the server is a read replica")
              .withExpected("a primary: effects and leases need a server that writes")
              .withFound("pg_is_in_recovery() is true on database " + told.database())
              .withFix(
                  "point the target at the primary: SELECT sender_host, sender_port FROM"
                      + " pg_stat_wal_receiver tells where it is"));
    }
    String server = told.system() + "/" + told.timeline() + "/" + told.oid();
    return new Fingerprint(POSTGRESQL, told.version(), server, told.database(), told.session());
  }
}

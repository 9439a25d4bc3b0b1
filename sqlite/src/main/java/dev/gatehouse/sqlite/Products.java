package dev.gatehouse.sqlite;

import dev.gatehouse.core.dialect.Fingerprint;
import dev.gatehouse.core.model.NamedCheck.Planning;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Recognises SQLite and the versions that have what Gatehouse asks for. */
final class Products {
  static final String SQLITE = "SQLite";

  /** 3.37 is the first with pragma_table_list and STRICT tables. */
  private static final int OLDEST = 3_037_000;

  private static final Pattern VERSION = Pattern.compile("(\\d+)\\.(\\d+)\\.(\\d+).*");

  private Products() {}

  /** A check that makes sense on this product only, and these lines of its plan. */
  static Planning only(String... preview) {
    Planning planning = reading -> List.of(preview);
    return planning.onlyOn(SQLITE);
  }

  static void refuseOthers(Connection connection) throws SQLException {
    String product = String.valueOf(connection.getMetaData().getDatabaseProductName());
    if (!product.equals(SQLITE)) {
      throw new Refusal(
          Finding.of("sqlite.other-product", "the connection does not lead to SQLite")
              .withExpected(SQLITE)
              .withFound(product)
              .withFix("give the target the dialect of its product instead of Sqlite.dialect()"));
    }
  }

  static Fingerprint identify(Connection connection) throws SQLException {
    refuseOthers(connection);
    String version = version(connection);
    String server = DatabaseFile.of(connection).toString();
    try {
      // Makes SQLite read the header: a file of another kind is found out here.
      Queries.number(connection, "PRAGMA application_id");
      Queries.number(connection, "SELECT count(*) FROM sqlite_schema");
    } catch (SQLException e) {
      if (ResultCodes.code(e) == ResultCodes.NOTADB) {
        throw new Refusal(
            Finding.of("sqlite.not-a-database", "'" + server + "' is not a database file")
                .withExpected("a file that begins with 'SQLite format 3'")
                .withFound(String.valueOf(e.getMessage()))
                .withFix("head -c 16 '" + server + "'; name the database file"),
            e);
      }
      throw e;
    }
    return new Fingerprint(SQLITE, version, server, "main");
  }

  static String version(Connection connection) throws SQLException {
    String version = Queries.text(connection, "SELECT sqlite_version()");
    if (number(version) < OLDEST) {
      throw new Refusal(
          Finding.of("sqlite.too-old", "SQLite " + version + " is too old")
              .withExpected("3.37.0 or newer")
              .withFound(version)
              .withFix("update the driver org.xerial:sqlite-jdbc, which brings SQLite along"));
    }
    return version;
  }

  /** Version as SQLite counts it: 3.54.1 is 3054001; 0 when it cannot be read. */
  static int number(String version) {
    return VERSION
        .matcher(version)
        .results()
        .findFirst()
        .map(found -> part(found, 1) * 1_000_000 + part(found, 2) * 1_000 + part(found, 3))
        .orElse(0);
  }

  private static int part(MatchResult found, int group) {
    return Integer.parseInt(found.group(group));
  }
}

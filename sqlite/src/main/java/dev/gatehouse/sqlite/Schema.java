package dev.gatehouse.sqlite;

import dev.gatehouse.core.json.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The definitions of a database, and which of its tables hold data of their own. */
final class Schema {
  /** Gatehouse's own tables are about the database, not of it. */
  private static final String OWN = "gatehouse\\_%";

  /**
   * A table to read: its stored columns, and the name its rowid answers to, if it has one that no
   * column hides.
   */
  record Table(String name, List<String> columns, Optional<String> rowid) {
    /** A query over the rows of that range, all values as stored. */
    String query(String condition) {
      return "SELECT "
          + String.join(", ", columns.stream().map(SqlNames::quoted).toList())
          + " FROM main."
          + SqlNames.quoted(name)
          + condition;
    }
  }

  private Schema() {}

  /**
   * SHA-256 over all definitions as they were written, and over what an application keeps in the
   * header: user_version, application_id, and the encoding.
   */
  static String digest(Connection connection) throws SQLException {
    MessageDigest sha256 = Sha256.begin();
    List<String> parts = new ArrayList<>();
    for (String setting : List.of("user_version", "application_id", "encoding")) {
      parts.add(setting + "=" + Queries.text(connection, "PRAGMA " + setting));
    }
    for (String column : List.of("type", "name", "tbl_name", "sql")) {
      parts.addAll(
          Queries.texts(
              connection,
              "SELECT "
                  + column
                  + " FROM main.sqlite_schema WHERE tbl_name NOT LIKE ? ESCAPE '\\'"
                  + " ORDER BY type, name, tbl_name",
              OWN));
    }
    for (String part : parts) {
      byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
      sha256.update((bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
      sha256.update(bytes);
    }
    return "sha256:" + Sha256.end(sha256);
  }

  /**
   * All tables with pages of their own, sorted: also sqlite_sequence, statistics and the shadow
   * tables of virtual tables. A virtual table itself is not read: that would execute its module.
   */
  static List<Table> tables(Connection connection) throws SQLException {
    List<Table> tables = new ArrayList<>();
    for (String name :
        Queries.texts(
            connection,
            "SELECT name FROM main.sqlite_schema WHERE type = 'table' AND rootpage <> 0"
                + " AND name NOT LIKE ? ESCAPE '\\' ORDER BY name",
            OWN)) {
      tables.add(table(connection, name));
    }
    return tables;
  }

  private static Table table(Connection connection, String name) throws SQLException {
    // hidden 2 is a virtual generated column: computed from the others, not stored.
    List<String> columns =
        Queries.texts(
            connection,
            "SELECT name FROM pragma_table_xinfo(?, 'main') WHERE hidden <> 2 ORDER BY cid",
            name);
    Set<String> taken = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    taken.addAll(Queries.texts(connection, "SELECT name FROM pragma_table_xinfo(?, 'main')", name));
    boolean withoutRowid =
        Queries.number(
                connection,
                "SELECT max(wr) FROM pragma_table_list WHERE schema = 'main' AND name = ?",
                name)
            == 1;
    Optional<String> rowid =
        withoutRowid
            ? Optional.empty()
            : List.of("rowid", "_rowid_", "oid").stream()
                .filter(alias -> !taken.contains(alias))
                .findFirst();
    return new Table(name, columns, rowid);
  }
}

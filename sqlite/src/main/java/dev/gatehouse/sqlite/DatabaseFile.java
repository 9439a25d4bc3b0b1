package dev.gatehouse.sqlite;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;

/**
 * Where a database file is.
 *
 * <p>A live database file is never opened by Java: closing any descriptor of a file drops all POSIX
 * locks of the process on it, also those that SQLite relies upon. Header and content are asked for
 * through SQLite alone.
 */
final class DatabaseFile {
  private static final String PREFIX = "jdbc:sqlite:file:";

  private DatabaseFile() {}

  /** The URL that leads the driver to exactly that file, whatever its name holds. */
  static String url(Path file) {
    return PREFIX
        + file.toAbsolutePath()
            .toString()
            .replace("%", "%25")
            .replace("?", "%3f")
            .replace("#", "%23");
  }

  /**
   * The URL of a copy that nobody writes: no locks, no journals, no sidecars, fit for read-only
   * media. Wrong for anything live.
   */
  static String immutable(Path file) {
    return url(file) + "?immutable=1";
  }

  /** The real path of the main database of the connection. */
  static Path of(Connection connection) throws SQLException {
    String file = nameOf(connection);
    if (file.isEmpty()) {
      throw new Refusal(
          Finding.of("sqlite.in-memory", "the database is in memory or temporary")
              .withExpected("a database in a file")
              .withFound("a connection without a file")
              .withFix("use Sqlite.file(\"name\", Path.of(\"/path/to/database.db\"))"));
    }
    try {
      return Path.of(file).toRealPath();
    } catch (IOException e) {
      throw new SQLException("cannot resolve the path of the database: " + file, e);
    }
  }

  /** Asked by the statement and not by its table-valued form, which would read the schema first. */
  private static String nameOf(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet databases = statement.executeQuery("PRAGMA database_list")) {
      while (databases.next()) {
        if (databases.getString("name").equals("main")) {
          return String.valueOf(databases.getString("file"));
        }
      }
    }
    throw new SQLException("the connection has no main database");
  }

  /** The real path of the target's database, found without reading it: it may be damaged. */
  static Path of(Target target) throws SQLException {
    try (Connection connection = target.connect(Map.of("open_mode", "1"))) {
      Products.refuseOthers(connection);
      return of(connection);
    }
  }

  /**
   * Refuses a target whose address has become a symbolic link since it was made.
   *
   * @throws Refusal when it has
   */
  static void refuseLink(Target target) {
    target
        .coordinates()
        .map(Target.Coordinates::jdbcUrl)
        .filter(url -> url.startsWith(PREFIX + "/"))
        .map(DatabaseFile::path)
        .ifPresent(DatabaseFile::existing);
  }

  private static Path path(String url) {
    String encoded = url.substring(PREFIX.length());
    int parameters = encoded.indexOf('?');
    return Path.of(
        (parameters < 0 ? encoded : encoded.substring(0, parameters))
            .replace("%23", "#")
            .replace("%3f", "?")
            .replace("%25", "%"));
  }

  /**
   * The path with its directories resolved, for a file that must be there and be itself.
   *
   * @throws Refusal when it is missing, a symbolic link, no regular file, or empty
   */
  static Path existing(Path file) {
    Path absolute = file.toAbsolutePath().normalize();
    if (Files.isSymbolicLink(absolute)) {
      throw refused(absolute, "a symbolic link", "name the file it leads to: " + led(absolute));
    }
    if (Files.isDirectory(absolute, LinkOption.NOFOLLOW_LINKS)) {
      throw refused(absolute, "a directory", "name the database file in it");
    }
    if (!Files.exists(absolute, LinkOption.NOFOLLOW_LINKS)) {
      throw refused(absolute, "no such file", "ls -l '" + absolute.getParent() + "'");
    }
    if (!Files.isRegularFile(absolute, LinkOption.NOFOLLOW_LINKS)) {
      throw refused(absolute, "neither file nor directory", "name a database file");
    }
    try {
      if (Files.size(absolute) == 0) {
        throw refused(
            absolute,
            "0 bytes: what a failed backup or copy leaves behind",
            "find out what emptied it; restore a backup under another name");
      }
      return absolute.toRealPath();
    } catch (IOException e) {
      throw refused(absolute, e.toString(), "ls -l '" + absolute + "'");
    }
  }

  static Refusal refused(Path file, String found, String fix) {
    return new Refusal(
        Finding.of("sqlite.not-a-database", "'" + file + "' is not a database file")
            .withExpected("an existing SQLite database, itself and not a link")
            .withFound(found)
            .withFix(fix));
  }

  private static String led(Path link) {
    try {
      return link.toRealPath().toString();
    } catch (IOException e) {
      return "it leads nowhere";
    }
  }
}

package dev.gatehouse.sqlite;

import dev.gatehouse.core.dialect.Dialect;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.model.NamedCheck;
import dev.gatehouse.core.outcome.Refusal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/**
 * SQLite for runbooks: the dialect, and targets named by their file.
 *
 * <p>Needs the driver {@code org.xerial:sqlite-jdbc} on the class path. SQLite has neither accounts
 * nor privileges: steps that ask for them are refused while planning.
 *
 * @since 0.1
 */
public final class Sqlite {
  private Sqlite() {}

  /** The dialect. Thread-safe; holds no connection. */
  public static Dialect dialect() {
    return SqliteDialect.INSTANCE;
  }

  /**
   * The dialect for databases whose schema uses functions, collating sequences or modules of the
   * application. Its sessions trust the schema (PRAGMA trusted_schema) to call what it was given,
   * as the application's own do.
   *
   * @param application gives them to each connection, also to copies of a database
   */
  public static Dialect dialect(ConnectionCustomizer application) {
    return new SqliteDialect(Patience.DEFAULT, Optional.of(application));
  }

  /**
   * The database in that file.
   *
   * <p>The process needs to read the file for checks, to write it for changes, and to write its
   * directory for the lease, for backups of databases in WAL mode and for restores.
   *
   * @param name what people call it
   * @param database an existing database; the file itself, not a symbolic link to it
   * @throws Refusal when there is no such file, or it is a symbolic link, a directory, empty, or
   *     not a database
   */
  public static Target file(String name, Path database) {
    return file(name, database, dialect());
  }

  /**
   * The database in that file, with what only the application has. Needed where a check, a script,
   * {@code compacted()} or the engine's own search for damage uses it; backups, their content and
   * restores need none of it.
   *
   * @param application see {@link #dialect(ConnectionCustomizer)}
   * @throws Refusal as {@link #file(String, Path)}
   */
  public static Target file(String name, Path database, ConnectionCustomizer application) {
    return file(name, database, dialect(application));
  }

  private static Target file(String name, Path database, Dialect dialect) {
    Path file = DatabaseFile.existing(database);
    Target target = Target.at(name, DatabaseFile.url(file), dialect);
    try (Connection connection = dialect.openReading(target)) {
      dialect.identify(connection);
    } catch (SQLException e) {
      throw DatabaseFile.refused(
          file, String.valueOf(e.getMessage()), "sqlite3 '" + file + "' 'PRAGMA quick_check'");
    }
    return target;
  }

  /**
   * Whether the engine finds the database sound: PRAGMA integrity_check. Reads the whole file, and
   * all of every index; holds a read transaction meanwhile. CHECK constraints are not among what it
   * looks at: SQLite reads none where the session cannot write. Inconclusive where tables need
   * functions that only the application has.
   *
   * <p>Necessary, never sufficient: damage that leaves the structure intact is not seen. Whether
   * the data are right is proved by content, see {@code restoreDrill}.
   */
  public static NamedCheck integrity() {
    return NamedCheck.of(
        "SQLite finds no damage", Products.only("PRAGMA integrity_check"), SqliteChecks::integrity);
  }

  /**
   * Whether every reference leads to a row: PRAGMA foreign_key_check. SQLite enforces foreign keys
   * only for sessions that asked for it, so a schema that declares them proves nothing.
   * Inconclusive when no table declares one.
   */
  public static NamedCheck foreignKeys() {
    return NamedCheck.of(
        "SQLite finds no reference to a missing row",
        Products.only("PRAGMA foreign_key_check"),
        SqliteChecks::foreignKeys);
  }

  /**
   * Whether the session of this check cannot write, and nobody but owner and group may write the
   * file or its directory. Tries it: the session must refuse to create a table and to attach a
   * database.
   */
  public static NamedCheck readOnlyAccess() {
    return NamedCheck.of(
        "SQLite is opened for reading only",
        Products.only("CREATE TABLE must be refused", "ATTACH must be refused", "file modes"),
        SqliteChecks::readOnlyAccess);
  }
}

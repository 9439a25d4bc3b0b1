package dev.gatehouse.sqlite;

import dev.gatehouse.core.dialect.Contention;
import dev.gatehouse.core.dialect.Target;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/** SQLITE_BUSY and SQLITE_LOCKED. The engine keeps no list of who has a lock. */
final class SqliteContention implements Contention {

  @Override
  public Optional<Clash> clash(SQLException error) {
    return ResultCodes.busy(error)
        ? Optional.of(
            new Clash(
                CODE + "busy",
                "another connection holds the write lock of the file",
                " when that is done (SQLite does not tell who it is: fuser FILE does)"))
        : Optional.empty();
  }

  @Override
  public Witness watch(Target target, Connection session) {
    return new Witness() {
      @Override
      public String inTheWay() {
        return "in the way: not known, SQLite does not tell";
      }

      @Override
      public boolean sawAny() {
        return false;
      }

      @Override
      public void close() {}
    };
  }
}

package dev.gatehouse.mysql.binlog;

import dev.gatehouse.core.dialect.ChangeLog.Position;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.StepFailed;
import dev.gatehouse.mysql.session.Queries;
import dev.gatehouse.mysql.sql.SqlNames;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** Up to where a database has the log: one row, moved by the transactions that are replayed. */
final class ReplayPlace {
  private static final String TABLE = "gatehouse_replay";

  private final Connection session;
  private final String table;
  private Position at = new Position("", 0);

  ReplayPlace(Connection session, String database) {
    this.session = session;
    this.table = SqlNames.quoted(database) + "." + TABLE;
  }

  void begin(Position from) throws SQLException {
    Queries.run(
        session,
        "CREATE TABLE "
            + table
            + " (id INT PRIMARY KEY, file VARCHAR(255) NOT NULL, at BIGINT NOT NULL, transactions"
            + " BIGINT NOT NULL) ENGINE = InnoDB CHARACTER SET = utf8mb4");
    try (PreparedStatement insert =
        session.prepareStatement("INSERT INTO " + table + " VALUES (1, ?, ?, 0)")) {
      insert.setString(1, from.file());
      insert.setLong(2, from.offset());
      insert.executeUpdate();
    }
    at = from;
  }

  /** In the transaction that is open. */
  void move(Position to) throws SQLException {
    try (PreparedStatement update =
        session.prepareStatement(
            "UPDATE "
                + table
                + " SET file = ?, at = ?, transactions = transactions + 1"
                + " WHERE id = 1 AND file = ? AND at = ?")) {
      update.setString(1, to.file());
      update.setLong(2, to.offset());
      update.setString(3, at.file());
      update.setLong(4, at.offset());
      if (update.executeUpdate() != 1) {
        throw new StepFailed(
            Finding.of("changes.place-lost", "the replay is not where it should be")
                .withExpected("the database at " + at)
                .withFound("another place, or none: somebody else writes to it")
                .withFix("nothing was replaced; run the restore again"));
      }
    }
    at = to;
  }

  long transactions() throws SQLException {
    return Long.parseLong(Queries.one(session, "SELECT transactions FROM " + table));
  }

  void end() throws SQLException {
    Queries.run(session, "DROP TABLE " + table);
  }
}

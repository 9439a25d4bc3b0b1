package dev.gatehouse.mysql.backup;

import dev.gatehouse.core.artifact.TableContent;
import dev.gatehouse.core.dialect.Progress;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;

/** Rows of an unpacked dump: counted, and inserted by the statements that it holds. */
final class DumpLoad {
  private static final long COMMITTED = 64L << 20;

  private final Connection session;
  private long uncommitted;

  private DumpLoad(Connection session) {
    this.session = session;
  }

  /**
   * Reads all of it.
   *
   * @param recorded of each table
   * @throws dev.gatehouse.core.outcome.Refusal when rows are missing, or something else is there
   */
  static void require(
      Path raw, DumpReading dump, Map<String, TableContent> recorded, Progress progress)
      throws IOException {
    try (InputStream in = Files.newInputStream(raw.resolve(dump.file()))) {
      Map<String, Long> counted = dump.read(in, insert -> {}, progress);
      for (Map.Entry<String, Long> table : counted.entrySet()) {
        TableContent expected = recorded.remove(table.getKey());
        if (expected == null || expected.rows() != table.getValue()) {
          throw UnpackedBackup.notWhole(
              "table " + table.getKey() + ": " + expected,
              "in " + dump.file() + ": " + table.getValue() + " rows");
        }
      }
    } catch (SQLException e) {
      throw new IOException(e);
    }
    if (!recorded.isEmpty()) {
      throw UnpackedBackup.notWhole("rows of " + recorded.keySet(), "nothing of them");
    }
  }

  /** Inserts all rows; committed when it returns. */
  static void from(Path raw, DumpReading dump, Connection session, Progress progress)
      throws SQLException, IOException {
    DumpLoad load = new DumpLoad(session);
    session.setAutoCommit(false);
    try (InputStream in = Files.newInputStream(raw.resolve(dump.file()))) {
      dump.read(in, load::insert, progress);
      session.commit();
    } finally {
      session.setAutoCommit(true);
    }
  }

  private void insert(DumpRows.Insert insert) throws SQLException {
    try (Statement statement = session.createStatement()) {
      statement.setEscapeProcessing(false);
      statement.executeUpdate(insert.sql());
    }
    uncommitted += insert.sql().length();
    if (uncommitted > COMMITTED) {
      session.commit();
      uncommitted = 0;
    }
  }
}

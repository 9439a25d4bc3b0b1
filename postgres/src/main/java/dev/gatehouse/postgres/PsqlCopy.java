package dev.gatehouse.postgres;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import org.postgresql.PGConnection;

/** Feeds {@code COPY ... FROM stdin}; the one place that knows how the driver does it. */
final class PsqlCopy {
  private PsqlCopy() {}

  /** Number of rows. */
  static long in(Connection connection, String sql, String data) throws SQLException {
    try {
      return in(connection, sql, new ByteArrayInputStream(data.getBytes(StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new SQLException("data in memory could not be read", e);
    }
  }

  /** Number of rows; the data is sent as it comes, in UTF-8. */
  static long in(Connection connection, String sql, InputStream data)
      throws SQLException, IOException {
    return connection.unwrap(PGConnection.class).getCopyAPI().copyIn(sql, data);
  }
}

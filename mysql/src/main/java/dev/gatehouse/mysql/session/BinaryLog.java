package dev.gatehouse.mysql.session;

import dev.gatehouse.core.dialect.Monitors.Position;
import java.sql.SQLException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Places in a binary log: its files are numbered, and their names begin as the server has it. */
public final class BinaryLog {
  private static final Pattern FILE = Pattern.compile(".*\\.(\\d{1,10})");

  private BinaryLog() {}

  /**
   * That offset of that file.
   *
   * @throws SQLException when it is none, such as that of a replica that has applied nothing yet
   */
  public static Position position(String file, String offset) throws SQLException {
    Matcher number = FILE.matcher(file);
    if (!number.matches() || !offset.matches("\\d{1,18}")) {
      throw new SQLException("no place in a binary log: file '" + file + "', at '" + offset + "'");
    }
    return new Position(Long.parseLong(number.group(1)), Long.parseLong(offset));
  }
}

package dev.gatehouse.mysql.session;

import dev.gatehouse.core.dialect.Opened;
import dev.gatehouse.core.dialect.Row;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * Reads what the server prints of definitions in one spelling, whatever the session was set to, and
 * leaves the settings as they were: some of them leave parts out.
 */
public final class PinnedPrinting {
  private static final Map<String, String> PINNED =
      Map.of(
          "sql_mode", "",
          "sql_quote_show_create", "ON",
          "show_create_table_skip_secondary_engine", "OFF",
          "show_gipk_in_create_table_and_information_schema", "ON");

  /** Not every version has each of them. */
  private static final String VARIABLES =
      "SHOW SESSION VARIABLES WHERE variable_name IN ('"
          + String.join("', '", PINNED.keySet())
          + "')";

  private PinnedPrinting() {}

  /** What is looked at. */
  @FunctionalInterface
  public interface Look<T> {
    T at(Connection connection) throws SQLException;
  }

  /**
   * What was seen.
   *
   * @param opened by the dialect, for reading or for writing; statements of the look are not judged
   */
  public static <T> T of(Connection opened, Look<T> look) throws SQLException {
    Connection real = SessionConnection.of(opened).real();
    Map<String, String> before = new LinkedHashMap<>();
    for (Row row : Queries.rows(real, VARIABLES, Function.identity())) {
      before.put(row.text("variable_name"), row.text("value"));
    }
    return Opened.orClose(
        () -> set(real, before),
        back -> {
          set(real, PINNED, before);
          T seen = look.at(real);
          set(real, before);
          return seen;
        });
  }

  private static void set(Connection real, Map<String, String> values) throws SQLException {
    set(real, values, values);
  }

  private static void set(Connection real, Map<String, String> values, Map<String, String> known)
      throws SQLException {
    for (String name : known.keySet()) {
      String value = "'" + values.getOrDefault(name, "") + "'";
      Queries.run(real, "SET SESSION " + name + " = " + value);
    }
  }
}

package dev.gatehouse.examples.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.dialect.Target;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What drills left goes, and what is only called like it stays. */
class LeftoversTest {
  private static final String LEFT = "gatehouse_drill_00000000000000aa";
  private static final String OTHER = "gatehouse_drill_00000000000000bb";

  @Test
  void only_what_has_both_name_and_comment_of_a_copy_is_dropped() throws Exception {
    try (ExampleDatabase database = ExampleDatabase.of(List.of())) {
      Target server = database.target();
      execute(server, "CREATE DATABASE " + LEFT);
      execute(server, "CREATE DATABASE " + OTHER);
      try {
        execute(
            server,
            "COMMENT ON DATABASE "
                + LEFT
                + " IS 'restore drill of Gatehouse, begun in database shop'");
        String said = said();
        assertThat(said).contains("dropped  database " + LEFT).doesNotContain(OTHER);
        assertThat(names(server)).contains(OTHER).doesNotContain(LEFT);
        assertThat(said()).contains("nothing of ours");
      } finally {
        execute(server, "DROP DATABASE IF EXISTS " + LEFT);
        execute(server, "DROP DATABASE IF EXISTS " + OTHER);
      }
    }
  }

  private static String said() throws Exception {
    PrintStream before = System.out;
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    try (PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8)) {
      System.setOut(out);
      assertThat(PostgresExamples.leftovers(List.of())).isZero();
    } finally {
      System.setOut(before);
    }
    return said.toString(StandardCharsets.UTF_8);
  }

  private static void execute(Target server, String sql) throws SQLException {
    try (Connection connection = server.dialect().openWriting(server);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String names(Target server) throws SQLException {
    try (Connection connection = server.dialect().openWriting(server);
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery("SELECT string_agg(datname, ' ') FROM pg_database")) {
      rows.next();
      return rows.getString(1);
    }
  }
}

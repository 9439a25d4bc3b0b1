package dev.gatehouse.mysql.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.dialect.BackupMethod;
import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.dialect.Scratch;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.testkit.Sql;
import dev.gatehouse.mysql.Served;
import dev.gatehouse.mysql.session.Queries;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Databases made up by chance come back, by a reading of the copy that knows nothing of ours. */
@ParameterizedClass(name = "{0}")
@MethodSource("servers")
class RandomSchemaTest {
  @Parameter Served served = Served.all().get(0);
  @TempDir Path directory = Path.of("");

  static List<Served> servers() {
    return Served.all();
  }

  @Test
  void databases_made_up_by_chance_come_back() throws Exception {
    rounds(1, 2);
  }

  @Test
  @Tag("nightly")
  void many_databases_made_up_by_chance_come_back() throws Exception {
    rounds(1_000, 200);
  }

  private void rounds(long first, int count) throws Exception {
    for (long seed = first; seed < first + count; seed++) {
      try (Backups backups = new Backups(served, directory)) {
        try (Connection session = backups.database.connect()) {
          Sql.run(session, "SET SESSION sql_mode = ''");
          for (String sql : new RandomSchema(seed).statements()) {
            run(session, sql);
          }
        }
        Artifact artifact = backups.backUp();
        Map<String, List<String>> source = everything(backups.target);
        Map<String, List<String>> copied = new TreeMap<>();
        BackupMethod.Restored reading = copy -> copied.putAll(everything(copy));
        var found =
            backups.method.drill(
                artifact,
                backups.unpacked(artifact),
                new Scratch.OnServer(backups.target),
                "run/drill",
                reading,
                Progress.SILENT);
        assertThat(artifact.manifest().content().differences(found)).as("seed " + seed).isEmpty();
        assertThat(copied).as("seed " + seed).isEqualTo(source);
        assertThat(source).as("seed " + seed).isNotEmpty();
      }
    }
  }

  private static void run(Connection session, String sql) throws SQLException {
    try (var statement = session.createStatement()) {
      statement.setEscapeProcessing(false);
      statement.execute(sql);
    } catch (SQLException e) {
      throw new SQLException(sql, e);
    }
  }

  /** Rows in hexadecimal, as the server makes it; definitions from information_schema. */
  private static Map<String, List<String>> everything(Target target) throws Exception {
    Map<String, List<String>> all = new TreeMap<>();
    try (Connection session = target.dialect().openReading(target)) {
      for (String table :
          Queries.column(
              session,
              "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()"
                  + " AND table_name <> 'gatehouse_drill'")) {
        List<String> hex = new ArrayList<>();
        for (String column :
            Queries.column(
                session,
                "SELECT column_name FROM information_schema.columns WHERE table_schema ="
                    + " DATABASE() AND table_name = ? ORDER BY ordinal_position",
                table)) {
          hex.add("COALESCE(HEX(" + RandomSchema.quoted(column) + "), 'NULL')");
        }
        all.put(
            "rows of " + table,
            Queries.column(
                session,
                "SELECT CONCAT_WS(',', "
                    + String.join(", ", hex)
                    + ") FROM "
                    + RandomSchema.quoted(table)
                    + " ORDER BY 1"));
      }
      for (String question :
          List.of(
              "SELECT CONCAT_WS('|', table_name, column_name, ordinal_position, column_default,"
                  + " is_nullable, column_type, collation_name, column_key, column_comment,"
                  + " generation_expression, extra) FROM information_schema.columns WHERE"
                  + " table_schema = DATABASE() AND table_name <> 'gatehouse_drill' ORDER BY 1",
              "SELECT CONCAT_WS('|', table_name, index_name, seq_in_index, column_name, non_unique)"
                  + " FROM information_schema.statistics WHERE table_schema = DATABASE() ORDER BY"
                  + " 1",
              "SELECT CONCAT_WS('|', table_name, engine, table_collation, table_comment,"
                  + " create_options) FROM information_schema.tables WHERE table_schema ="
                  + " DATABASE() AND table_name <> 'gatehouse_drill' ORDER BY 1",
              "SELECT CONCAT_WS('|', routine_name, routine_type, routine_definition, sql_mode,"
                  + " security_type, routine_comment, definer) FROM information_schema.routines"
                  + " WHERE routine_schema = DATABASE() ORDER BY 1",
              "SELECT CONCAT_WS('|', trigger_name, event_manipulation, event_object_table,"
                  + " action_timing, action_order, action_statement, sql_mode, definer) FROM"
                  + " information_schema.triggers WHERE trigger_schema = DATABASE() ORDER BY 1",
              "SELECT CONCAT_WS('|', event_name, event_definition, interval_value, sql_mode,"
                  + " definer, event_comment) FROM information_schema.events WHERE event_schema ="
                  + " DATABASE() ORDER BY 1",
              "SELECT CONCAT_WS('|', table_name, security_type, definer) FROM"
                  + " information_schema.views WHERE table_schema = DATABASE() ORDER BY 1")) {
        all.put(question, Queries.column(session, question));
      }
    }
    return all;
  }
}

package dev.gatehouse.dsl.sql;

import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.inOneTransaction;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.Gatehouse.sql;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.journal.StepState;
import dev.gatehouse.core.model.Step;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.report.RunText;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.core.testkit.Sampled.Few;
import dev.gatehouse.dsl.Desk;
import dev.gatehouse.sqlite.Sqlite;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/** A table that others refer to is rebuilt without them losing anything, or not at all. */
class TableRebuildTest {
  private static final String REBUILD =
      """
      CREATE TABLE new_parent(id integer primary key, mode text not null default 'a');
      INSERT INTO new_parent(id, mode) SELECT id, mode FROM parent;
      DROP TABLE parent;
      ALTER TABLE new_parent RENAME TO parent;
      """;

  @TempDir private Path directory = Path.of("");
  private Path file = Path.of("");
  private Target target = Target.at("none", "jdbc:sqlite:none", Sqlite.dialect());

  @BeforeEach
  void three_tables() throws SQLException {
    file = directory.resolve("shop.db");
    target =
        Desk.shop(
            file,
            "create table parent(id integer primary key, mode text)",
            "create table child(id integer primary key, parent_id integer not null"
                + " references parent(id) on delete cascade, v text)",
            "create table optional(id integer primary key,"
                + " parent_id integer references parent(id) on delete set null)",
            "insert into parent values (1,'a'),(2,'b')",
            "insert into child values (1,1,'x'),(2,1,'y'),(3,2,'z')",
            "insert into optional values (1,1),(2,2)");
  }

  private String all(String query) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      List<String> lines = new ArrayList<>();
      while (rows.next()) {
        lines.add(rows.getString(1));
      }
      return String.join(" ", lines);
    }
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      statement.executeUpdate(sql);
    }
  }

  private String children() throws SQLException {
    return all("select id || '-' || parent_id || '-' || v from child order by id")
        + " / "
        + all("select id || '-' || coalesce(parent_id, 'null') from optional order by id");
  }

  private static final String WHOLE = "1-1-x 2-1-y 3-2-z / 1-1 2-2";

  private Plan plan(InOneTransaction change, Step... before) {
    List<Step> steps = new ArrayList<>(List.of(before));
    steps.add(change.named("rebuild").cannotBeUndone("test"));
    return Plan.of(
        runbook("r", gate("g", steps.get(0), steps.subList(1, steps.size()).toArray(Step[]::new))),
        target);
  }

  private RunRecord run(Plan plan, Consumer<String> points) {
    return Runner.journalingTo(directory.resolve("journals")).withPoints(points).run(plan);
  }

  private RunRecord run(InOneTransaction change, Step... before) {
    return run(plan(change, before), point -> {});
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "PRAGMA foreign_keys=OFF; PRAGMA foreign_keys=ON;",
        "PRAGMA defer_foreign_keys=ON; PRAGMA main.foreign_keys(off);",
        "PRAGMA legacy_alter_table = ON;"
      })
  void with_foreign_keys_off_around_the_transaction_all_rows_stay(String pragmas) throws Exception {
    RunRecord record = run(inOneTransaction(sql(pragmas + REBUILD)).withoutForeignKeys());
    assertThat(record.state()).as(RunText.recap(record)).isEqualTo(RunState.SUCCEEDED);
    assertThat(children()).isEqualTo(WHOLE);
    assertThat(all("select sql from sqlite_schema where name = 'parent'")).contains("not null");
    assertThat(all("select count(*) from pragma_foreign_key_check")).isEqualTo("0");
    assertThat(record.outline().steps().get(0).preview())
        .startsWith("PRAGMA foreign_keys = OFF;")
        .anyMatch(line -> line.contains("foreign_key_check"));
    assertThat(record.steps().get(0).evidence().orElseThrow().fact("references broken"))
        .contains("none");
  }

  @Test
  void with_them_on_the_plan_says_what_would_be_lost() {
    assertThatThrownBy(() -> plan(inOneTransaction(sql("PRAGMA defer_foreign_keys=ON;" + REBUILD))))
        .isInstanceOf(Refusal.class)
        .hasMessage(
            """
            step 'rebuild' of gate 'g': a script drops a table that others refer to
              expected  no other table that refers to parent, or foreign keys switched off
              found     sql:3  DROP TABLE parent, which deletes its rows first
                        rows of child would be deleted with them (ON DELETE CASCADE)
                        rows of optional would lose their reference (ON DELETE SET NULL)
              fix       to rebuild it: inOneTransaction(...).withoutForeignKeys(), which proves \
            before the commit that no reference was broken; for it to go for good: drop child, \
            optional first, or rebuild without the reference
              code      script.referenced-table\
            """);
  }

  @Test
  void a_script_that_switches_them_off_too_late_is_told_what_does() {
    assertThatThrownBy(() -> plan(inOneTransaction(sql("PRAGMA foreign_keys=OFF; SELECT 1"))))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("found     sql:1  PRAGMA foreign_keys=OFF")
        .hasMessageContaining("fix       inOneTransaction(...).withoutForeignKeys(): off around")
        .hasMessageNotContaining("delete it");
    plan(inOneTransaction(sql("PRAGMA foreign_keys=ON; SELECT 1")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "alter table parent rename to was; drop table was",
        "alter table \"Parent\" rename to [was]; drop table if exists main.`WAS`",
        "create table more(x references made(x)); drop table made",
        "create temp table parent(x); drop table main.parent",
        "create temp table parent(x); drop table parent; drop table parent",
        "/* so */ drop /* it */ table -- is\n parent",
      })
  void other_ways_to_drop_it_are_seen(String script) {
    assertThatThrownBy(() -> plan(inOneTransaction(sql(script))))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("script.referenced-table");
  }

  /** It deletes rows that nobody named, as DROP TABLE does. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "REPLACE INTO parent VALUES (1, 'new')",
        "insert or replace into \"Parent\"(id, mode) select id, 'n' from main.parent",
        "with q as (select 1 as a) replace into main.parent select a, 'n' from q",
        "update or replace parent set id = 1 where id = 2",
      })
  void rows_that_others_refer_to_are_not_replaced(String script) throws Exception {
    assertThatThrownBy(() -> plan(inOneTransaction(sql(script))))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("rows of child would be deleted with them (ON DELETE CASCADE)")
        .hasMessageContaining("ON CONFLICT (...) DO UPDATE SET ..., which keeps the row")
        .hasMessageContaining("code      script.replaced-rows");
    Step before =
        inOneTransaction(sql("create table late(x integer references parent on delete cascade)"))
            .cannotBeUndone("test");
    RunRecord record = run(inOneTransaction(sql(script)), before);
    assertThat(record.steps().get(1).findings().toString()).contains("script.replaced-rows");
    assertThat(children()).isEqualTo(WHOLE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "create table kept as select * from parent; delete from parent;"
            + " insert into parent select * from kept",
        "create temp table kept as select * from parent; delete from main.\"Parent\";"
            + " insert or ignore into parent(id, mode) select * from kept",
      })
  void a_table_that_others_refer_to_is_not_emptied_and_filled_again(String script)
      throws Exception {
    assertThatThrownBy(() -> plan(inOneTransaction(sql(script))))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("DELETE of all rows of parent")
        .hasMessageContaining("rows of child would be deleted with them (ON DELETE CASCADE)")
        .hasMessageContaining("code      script.emptied-table");
    RunRecord record = run(inOneTransaction(sql(script)).withoutForeignKeys());
    assertThat(record.state()).as(RunText.recap(record)).isEqualTo(RunState.SUCCEEDED);
    assertThat(children()).isEqualTo(WHOLE);
  }

  @Test
  void rows_that_go_with_others_are_told() throws Exception {
    RunRecord record = run(inOneTransaction(sql("delete from parent where id = 1; select 1")));
    assertThat(record.steps().get(0).evidence().orElseThrow().facts())
        .containsEntry("rowsChanged", "1")
        .containsEntry(
            "besides", "sql: references (ON DELETE, ON UPDATE) and triggers changed 3 rows more");
    assertThat(children()).isEqualTo("3-2-z / 1-null 2-2");
    record =
        run(
            inOneTransaction(
                sql("create table t(a); insert into t values (1), (2); alter table t rename to u;"),
                sql(
                    "update u set a = 3; drop table u; delete from child where id = 9; delete from"
                        + " child where id = 3 returning v; with q as (select 1) select 1; create"
                        + " table w as select 1 as a union select 2")));
    assertThat(record.steps().get(0).evidence().orElseThrow().facts())
        .containsEntry("rowsChanged", "5")
        .doesNotContainKey("besides");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "insert into parent values (1, 'n') on conflict do update set mode = 'n'",
        "create temp table parent(id primary key); replace into parent values (1)",
        "replace into child values (1, 1, replace('xx', 'x', 'y'))",
        "create trigger t after insert on child begin replace into parent values (9, 'n'); end",
        "update parent set mode = replace(mode, 'a', 'b')",
      })
  void rows_that_stay_or_that_nobody_refers_to_may_be_written(String script) throws Exception {
    RunRecord record = run(inOneTransaction(sql(script)));
    assertThat(record.state()).as(RunText.recap(record)).isEqualTo(RunState.SUCCEEDED);
    assertThat(all("select count(*) from child")).isEqualTo("3");
  }

  /** A proof that none is broken says nothing of one that is not there any more. */
  @Test
  void what_went_with_a_rebuilt_table_and_was_not_made_again_is_named() throws Exception {
    execute("create index by_mode on parent(mode)");
    execute("create trigger noted after insert on parent begin select 1; end");
    String child =
        "create table nc(id integer primary key, parent_id integer, v text); insert into nc select"
            + " * from child; drop table child; alter table nc rename to child";
    RunRecord record =
        run(
            inOneTransaction(sql(REBUILD + "create index by_mode on parent(mode, id);" + child))
                .withoutForeignKeys());
    assertThat(record.state()).as(RunText.recap(record)).isEqualTo(RunState.SUCCEEDED);
    assertThat(record.steps().get(0).evidence().orElseThrow().fact("gone"))
        .contains("reference of child (parent_id) to parent; trigger noted on parent");
  }

  @Test
  void a_view_that_keeps_a_table_from_being_renamed_is_told_with_what_helps() throws Exception {
    execute("create view v as select * from parent");
    RunRecord record = run(inOneTransaction(sql(REBUILD)).withoutForeignKeys());
    assertThat(record.state()).isEqualTo(RunState.FAILED_CLEAN);
    assertThat(record.steps().get(0).findings().get(0).fix())
        .startsWith("PRAGMA legacy_alter_table = ON before ALTER TABLE ... RENAME");
    RunRecord helped =
        run(
            inOneTransaction(sql("PRAGMA legacy_alter_table = ON; " + REBUILD))
                .withoutForeignKeys());
    assertThat(helped.state()).as(RunText.recap(helped)).isEqualTo(RunState.SUCCEEDED);
    assertThat(children()).isEqualTo(WHOLE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "drop table child; drop table optional; drop table parent",
        "create temp table parent(x); drop table parent",
        "drop table if exists absent; create table absent(x references none); drop table absent",
        "create table self(id integer primary key, up references self(id)); drop table self",
      })
  void what_nobody_refers_to_may_go(String script) {
    RunRecord record = run(inOneTransaction(sql(script)));
    assertThat(record.state()).as(RunText.recap(record)).isEqualTo(RunState.SUCCEEDED);
  }

  @Test
  void what_a_step_before_has_changed_is_told_when_it_is_executed() throws Exception {
    Step before =
        inOneTransaction(sql("create table late(x integer references parent on delete cascade)"))
            .cannotBeUndone("test");
    RunRecord record = run(inOneTransaction(sql(REBUILD)), before);
    assertThat(record.steps().get(1).state()).isEqualTo(StepState.FAILED_CLEAN);
    assertThat(record.steps().get(1).findings().toString())
        .contains("script.referenced-table", "rows of late would be deleted with them");
    assertThat(children()).isEqualTo(WHOLE);
  }

  @Test
  void so_is_a_table_that_somebody_made_since() throws Exception {
    execute("drop table child");
    execute("drop table optional");
    Plan plan = plan(inOneTransaction(sql(REBUILD)));
    execute("create table late(x integer references parent on delete cascade)");
    assertThat(run(plan, point -> {}).state()).isEqualTo(RunState.FAILED_CLEAN);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "delete from parent where id = 2",
        "insert into child values (9, 77, 'w')",
        "alter table parent rename to was; create table parent(id integer primary key);"
            + " insert into parent select id from was; drop table was",
        "drop table parent",
        "alter table parent rename to other; drop table other",
      })
  void a_reference_that_is_broken_stops_it_all(String script) throws Exception {
    RunRecord record = run(inOneTransaction(sql(script)).withoutForeignKeys());
    assertThat(record.state()).as(RunText.recap(record)).isEqualTo(RunState.FAILED_CLEAN);
    assertThat(record.steps().get(0).findings().get(0).code()).isEqualTo("foreign-keys.broken");
    assertThat(children()).isEqualTo(WHOLE);
  }

  @Test
  void one_that_was_broken_before_does_not() throws Exception {
    execute("pragma foreign_keys = off; insert into child values (4, 99, 'orphan')");
    execute(
        "create table bare(a, b, primary key (a), foreign key (b) references parent) without"
            + " rowid");
    execute("insert into bare values (1, 55)");
    RunRecord record =
        run(
            inOneTransaction(
                    sql(
                        REBUILD
                            + "create table new_child(id integer primary key, parent_id integer"
                            + " references parent(id), v text); insert into new_child"
                            + " select id + 10, parent_id, v from child; drop table child;"
                            + " alter table new_child rename to child"))
                .withoutForeignKeys());
    assertThat(record.state()).as(RunText.recap(record)).isEqualTo(RunState.SUCCEEDED);
    assertThat(record.steps().get(0).evidence().orElseThrow().fact("references broken"))
        .contains("2, none of them new");
    RunRecord more =
        run(inOneTransaction(sql("insert into child values (5, 99, 'x')")).withoutForeignKeys());
    assertThat(more.steps().get(0).findings().toString())
        .contains("child (parent_id) = 99 leads to no row of parent (rows: 2)");
    RunRecord without =
        run(inOneTransaction(sql("insert into bare values (5, 56)")).withoutForeignKeys());
    assertThat(without.state()).isEqualTo(RunState.FAILED_CLEAN);
  }

  @Test
  void what_cannot_be_told_stops_it() throws Exception {
    execute("create table odd(x references made(x))");
    execute("insert into made values (1)");
    RunRecord record = run(inOneTransaction(sql("select 1")).withoutForeignKeys());
    assertThat(record.steps().get(0).findings().toString())
        .contains("sqlite.foreign-key", "foreign key mismatch", "unique index");
  }

  @Test
  void a_statement_that_fails_by_them_says_that_our_session_has_them() {
    RunRecord record = run(inOneTransaction(sql("insert into child values (9, 77, 'w')")));
    assertThat(record.steps().get(0).findings().get(0).text())
        .contains("our sessions enforce foreign keys (PRAGMA foreign_keys = ON)")
        .contains("withoutForeignKeys()");
  }

  /** Whatever becomes of the step, no session that others get is without them. */
  @ParameterizedTest
  @ValueSource(strings = {"suspended", "begun", "committed"})
  void a_pool_gets_no_session_back_that_does_not_enforce_them(String reached) throws Exception {
    SQLiteConfig config = new SQLiteConfig();
    config.enforceForeignKeys(true);
    SQLiteDataSource source = new SQLiteDataSource(config);
    source.setUrl("jdbc:sqlite:" + file);
    try (OnePool pool = new OnePool(source)) {
      Target pooled = Target.of("shop", pool.source(), Sqlite.dialect());
      try (Connection writing = pooled.dialect().openWriting(pooled)) {
        Sqlite.dialect().foreignKeys().orElseThrow().suspend(writing);
        if (reached.equals("begun")) {
          Sqlite.dialect().concurrency().begin(writing);
        } else if (reached.equals("committed")) {
          Sqlite.dialect().concurrency().begin(writing);
          Sqlite.dialect().concurrency().commit(writing);
        }
      }
      try (Connection next = pool.source().getConnection();
          ResultSet row = next.createStatement().executeQuery("pragma foreign_keys")) {
        assertThat(row.getInt(1)).isEqualTo(1);
      }
    }
  }

  @Test
  void random_rebuilds_lose_nothing_that_they_did_not_name() throws Exception {
    Random random = new Random(20261129);
    int[] ends = new int[3];
    for (int rounds = (int) Few.of(20, 60).count(); rounds > 0; rounds--) {
      execute("drop table child");
      execute("drop table optional");
      for (String table : all("select name from sqlite_schema where type = 'table'").split(" ")) {
        if (!table.startsWith("gatehouse")) {
          execute("drop table \"" + table + "\"");
        }
      }
      three_tables();
      String script =
          String.join(
              "; ", IntStream.range(0, 1 + random.nextInt(4)).mapToObj(n -> move(random)).toList());
      InOneTransaction change = inOneTransaction(sql(script));
      boolean off = random.nextBoolean();
      try {
        RunRecord record = run(off ? change.withoutForeignKeys() : change);
        ends[record.state() == RunState.SUCCEEDED ? 0 : 1]++;
      } catch (Refusal refused) {
        assertThat(off).as(script).isFalse();
        ends[2]++;
      }
      assertThat(children()).as("%s, off: %s", script, off).isEqualTo(WHOLE);
    }
    assertThat(ends).doesNotContain(0);
  }

  /** None of them names a row of child or optional. */
  private static String move(Random random) {
    return switch (random.nextInt(7)) {
      case 0 -> REBUILD.strip().replaceFirst(";$", "");
      case 1 ->
          "alter table parent rename to was; create table parent(id integer primary key, mode"
              + " text); insert into parent select id, mode from was; drop table was";
      case 2 -> "alter table parent rename to stood; alter table stood rename to parent";
      case 3 ->
          "create table nc(id integer primary key, parent_id integer references parent(id) on"
              + " delete cascade, v text); insert into nc select * from child; drop table child;"
              + " alter table nc rename to child";
      case 4 -> "create temp table tp(x); drop table tp";
      case 5 -> "drop table parent";
      default -> "create table if not exists extra(x integer references parent(id))";
    };
  }
}

package dev.gatehouse.dsl.sql;

import static dev.gatehouse.dsl.Gatehouse.inOneTransaction;
import static dev.gatehouse.dsl.Gatehouse.noOlderThan;
import static dev.gatehouse.dsl.Gatehouse.note;
import static dev.gatehouse.dsl.Gatehouse.outsideTransaction;
import static dev.gatehouse.dsl.Gatehouse.rowCount;
import static dev.gatehouse.dsl.Gatehouse.rows;
import static dev.gatehouse.dsl.Gatehouse.scripts;
import static dev.gatehouse.dsl.Gatehouse.sql;
import static dev.gatehouse.dsl.Gatehouse.tableExists;
import static dev.gatehouse.dsl.Gatehouse.trial;
import static dev.gatehouse.dsl.Gatehouse.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.json.Sha256;
import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.EffectClass;
import dev.gatehouse.core.model.Step;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Status;
import dev.gatehouse.core.outcome.StepFailed;
import dev.gatehouse.dsl.BentSqlite;
import dev.gatehouse.dsl.Desk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TransactionTest {
  private Path directory;
  private Path migrations;
  private Target target;
  private Desk desk;

  @BeforeEach
  void a_shop(@TempDir Path temporary) throws SQLException, IOException {
    directory = temporary;
    target = Desk.shop(directory.resolve("shop.db"), "create table orders(id integer primary key)");
    desk = Desk.writing(target);
    migrations = Files.createDirectory(directory.resolve("migrations"));
  }

  @AfterEach
  void close() throws SQLException {
    desk.close();
  }

  private void script(String name, String text) throws IOException {
    Files.writeString(migrations.resolve(name), text);
  }

  private static Change forGood(dev.gatehouse.core.model.ChangeWithoutUndo change) {
    return change.cannotBeUndone("test");
  }

  @Test
  void scripts_are_applied_in_the_order_of_their_names_and_counted() throws Exception {
    script("002_fill.sql", "insert into items values (1), (2);\nupdate items set x = 3;");
    script("001_make.sql", "create table items(x);");
    var change =
        forGood(
            inOneTransaction(
                scripts(migrations), tableExists("items"), rows("select * from items").are(2)));
    var evidence = desk.apply(change);
    assertThat(evidence.fact("rowsChanged")).contains("4");
    assertThat(desk.ask(value("select sum(x) from items").is(6)).status()).isEqualTo(Status.PASSED);
  }

  @Test
  void a_check_inside_sees_what_is_about_to_be_committed_and_stops_it() throws Exception {
    var change =
        forGood(
            inOneTransaction(
                sql("create table items(x); insert into items values (1)"),
                rows("select * from items").are(2)));
    assertThatThrownBy(() -> desk.apply(change))
        .isInstanceOf(StepFailed.class)
        .hasMessageContaining("expected  2 rows")
        .hasMessageContaining("found     1 rows");
    assertThat(desk.ask(tableExists("items")).status()).isEqualTo(Status.FAILED);
  }

  @Test
  void a_statement_that_fails_is_named_by_file_and_line_and_nothing_of_it_all_stays()
      throws Exception {
    script("001.sql", "create table items(x unique);\n\ninsert into items\n values (1), (1);");
    assertThatThrownBy(() -> desk.apply(forGood(inOneTransaction(scripts(migrations)))))
        .isInstanceOf(StepFailed.class)
        .hasMessageContaining("001.sql:3")
        .hasMessageContaining("UNIQUE constraint failed");
    assertThat(desk.ask(tableExists("items")).status()).isEqualTo(Status.FAILED);
  }

  @Test
  void the_plan_prints_every_statement_and_pins_every_script() throws Exception {
    script("001.sql", "create table items(x);  insert into items values (';');");
    script("README.md", "not a script");
    var effect = desk.bind(forGood(inOneTransaction(scripts(migrations), note("and now rest"))));
    assertThat(effect.effectClass()).isEqualTo(EffectClass.TRANSACTIONAL);
    assertThat(effect.preview())
        .containsExactly(
            "-- 001.sql  sha256:" + Sha256.of(Files.readAllBytes(migrations.resolve("001.sql"))),
            "create table items(x);",
            "insert into items values (';');",
            "-- left out, not *.sql: README.md",
            "and now rest");
    script("001.sql", "create table items(x);  insert into items values (';'); ");
    var edited = desk.bind(forGood(inOneTransaction(scripts(migrations), note("and now rest"))));
    assertThat(edited.preview()).isNotEqualTo(effect.preview());
  }

  @Test
  void what_was_bound_is_executed_even_if_the_script_is_edited_meanwhile() throws Exception {
    script("001.sql", "create table items(x);");
    var effect =
        (dev.gatehouse.core.model.Effect.InTransaction)
            desk.bind(forGood(inOneTransaction(scripts(migrations))));
    script("001.sql", "drop table orders;");
    effect.apply(desk);
    assertThat(desk.ask(tableExists("items")).status()).isEqualTo(Status.PASSED);
    assertThat(desk.ask(tableExists("orders")).status()).isEqualTo(Status.PASSED);
  }

  @Test
  void a_check_on_a_table_that_the_scripts_create_is_unknown_in_the_plan() throws Exception {
    var change =
        forGood(
            inOneTransaction(
                sql("create table items(x)"),
                rows("select * from items").are(0),
                rowCount("items").is(0)));
    assertThat(desk.bind(change).preview())
        .filteredOn(line -> line.startsWith("UNKNOWN until an earlier step has run"))
        .hasSize(2);
    desk.apply(change);
    var tooEarly =
        forGood(
            inOneTransaction(rows("select * from things").are(0), sql("create table things(x)")));
    assertThatThrownBy(() -> desk.bind(tooEarly)).isInstanceOf(Refusal.class);
  }

  @Test
  void scripts_that_control_the_transaction_are_refused_while_planning() throws Exception {
    script("001.sql", "begin;\ncreate table items(x);\ncommit;");
    assertThatThrownBy(() -> desk.bind(forGood(inOneTransaction(scripts(migrations)))))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("001.sql:1");
    assertThatThrownBy(() -> desk.bind(forGood(inOneTransaction(sql("select 1; vacuum")))))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("sql:1");
  }

  private void assertRefused(Path path, String found) {
    assertThatThrownBy(() -> desk.bind(forGood(inOneTransaction(scripts(path)))))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("scripts.path")
        .hasMessageContaining(found);
  }

  @Test
  void paths_that_do_not_hold_scripts_are_refused() throws Exception {
    assertRefused(migrations, "no file whose name ends in .sql");
    assertRefused(directory.resolve("absent"), "neither a file nor a directory");
    script("001.sql", "select 1;");
    assertRefused(
        Files.createSymbolicLink(directory.resolve("link"), migrations), "a symbolic link");
    assertRefused(
        Files.createSymbolicLink(directory.resolve("l.sql"), migrations.resolve("001.sql")),
        "a symbolic link");
    Path planted =
        Files.createSymbolicLink(migrations.resolve("002.sql"), directory.resolve("shop.db"));
    assertRefused(migrations, "'002.sql', which is no regular file");
    Files.delete(planted);
    Path inner = Files.createDirectory(migrations.resolve("more.sql"));
    assertRefused(migrations, "'more.sql', which is no regular file");
    Files.delete(inner);
    Files.write(migrations.resolve("002.sql"), "select 'ä'".getBytes(StandardCharsets.ISO_8859_1));
    assertRefused(migrations, "'002.sql', which is not UTF-8");
  }

  @Test
  void numbers_that_do_not_sort_as_names_do_are_refused() throws Exception {
    script("2_b.sql", "select 1;");
    script("10_c.sql", "select 1;");
    assertThatThrownBy(() -> desk.bind(forGood(inOneTransaction(scripts(migrations)))))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("'10_c.sql' before '2_b.sql'");
  }

  @Test
  void a_dialect_that_reads_no_scripts_is_refused_by_name() throws Exception {
    try (Desk bare = Desk.writing(BentSqlite.bare(directory.resolve("shop.db")))) {
      assertThatThrownBy(() -> bare.bind(forGood(inOneTransaction(sql("select 1")))))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("found     SQLite reads none");
    }
  }

  @Test
  void what_sqlite_has_not_is_refused_while_planning() {
    assertThatThrownBy(
            () ->
                desk.bind(
                    forGood(
                        inOneTransaction(sql("select 1")).withLockTimeout(Duration.ofSeconds(1)))))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("found     SQLite has none");
    assertThatThrownBy(() -> desk.bind(trial(inOneTransaction(sql("select 1")))))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("found     SQLite has no trials");
    assertThatThrownBy(() -> desk.bind(forGood(outsideTransaction(sql("vacuum")))))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("found     SQLite knows none");
  }

  @Test
  void limits_are_above_zero() {
    InOneTransaction change = inOneTransaction(sql("select 1"));
    assertThatThrownBy(() -> change.withLockTimeout(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("lock timeout is PT0S: give at least 1 ms");
    assertThatThrownBy(() -> sql("select 1").includingFrom("."))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_script_of_comments_only_is_refused() throws Exception {
    script("001.sql", "-- to do");
    assertThatThrownBy(() -> desk.bind(forGood(inOneTransaction(scripts(migrations)))))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("holds no statement");
  }

  @Test
  void what_its_checks_and_its_undo_refer_to_it_refers_to() {
    Step dump = note("dump");
    Step other = note("other");
    Change undo = inOneTransaction(sql("select 1"), age(other)).cannotBeUndone("test");
    Change change = inOneTransaction(sql("select 1"), age(dump)).undoneBy(undo);
    assertThat(change.refersTo()).containsExactly(dump, other);
  }

  private static Check age(Step of) {
    return noOlderThan(Duration.ofMinutes(15), of);
  }

  @Test
  void it_is_named_by_its_parts_until_it_is_named() {
    assertThat(inOneTransaction(scripts("db/views"), tableExists("items")).cannotBeUndone("why"))
        .hasToString("in one transaction: scripts db/views, table items exists");
  }
}

package dev.gatehouse.dsl.backup;

import static dev.gatehouse.dsl.Gatehouse.backUp;
import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.inOneTransaction;
import static dev.gatehouse.dsl.Gatehouse.into;
import static dev.gatehouse.dsl.Gatehouse.noOlderThan;
import static dev.gatehouse.dsl.Gatehouse.noRows;
import static dev.gatehouse.dsl.Gatehouse.rehearsed;
import static dev.gatehouse.dsl.Gatehouse.restore;
import static dev.gatehouse.dsl.Gatehouse.rowCount;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.Gatehouse.sql;
import static dev.gatehouse.dsl.GatehouseOperations.command;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.journal.StepState;
import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Run;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.dsl.Desk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A change and its undo are executed on a copy; whatever is wrong with them is found there. */
class RehearsalTest {
  private Path work;
  private Path database;
  private Target target;
  private BackUp dump;

  @BeforeEach
  void a_shop(@TempDir Path temporary) throws Exception {
    work = temporary;
    database = work.resolve("shop.db");
    Files.createDirectory(work.resolve("scratch"));
    target =
        Desk.shop(
            database,
            "create table orders(id integer primary key, total integer not null, note text)",
            "insert into orders values (1, 10, 'a'), (2, 20, null), (3, 30, 'c')",
            "create table lines(id integer primary key, order_id integer references orders(id))",
            "insert into lines values (1, 1), (2, 3)",
            "create index orders_by_total on orders(total)",
            "create view totals as select sum(total) as total from orders",
            "create trigger no_less after update on orders when new.total < 0 begin"
                + " select raise(abort, 'less'); end");
    dump = backUp(into(work.resolve("vault"))).named("dump");
  }

  private static Change change(String there, String back) {
    return inOneTransaction(sql(there))
        .named("change")
        .undoneBy(inOneTransaction(sql(back)).named("back").cannotBeUndone("it is the way back"));
  }

  private Rehearsal rehearsal(Change change) {
    return rehearsed(change).onCopyOf(dump).into(work.resolve("scratch")).named("rehearsal");
  }

  private RunRecord run(Rehearsal rehearsal) throws Exception {
    return run(runbook("Housekeeping", gate("Backup", dump), gate("Rehearsed", rehearsal)));
  }

  private RunRecord run(Runbook runbook) throws Exception {
    return Runner.journalingTo(work.resolve("journals")).run(Plan.of(runbook, target));
  }

  private String digest() throws Exception {
    return HexFormat.of()
        .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(database)));
  }

  /** What is done, and what is meant to take it back. */
  record Fault(String there, String back) {}

  /** Each wrong in the change, or in the undo. */
  static final List<Fault> FAULTS =
      List.of(
          new Fault("create table a(x", "drop table a"),
          new Fault("insert into gone values (1)", "delete from orders where id = 9"),
          new Fault("insert into orders values (1, 1, 'twice')", "delete from orders where id = 1"),
          new Fault("insert into orders values (9, null, '')", "delete from orders where id = 9"),
          new Fault("update orders set total = -1", "update orders set total = 1"),
          new Fault("create table a(x)", "drop table b"),
          new Fault("create table a(x)", "drop table a; drop table a"),
          new Fault("create table a(x)", "select 1"),
          new Fault("create table a(x); create table b(x)", "drop table a"),
          new Fault("create table a(x)", "drop table a; drop table lines"),
          new Fault("create table a(x)", "drop table a; drop index orders_by_total"),
          new Fault("create table a(x)", "drop table a; drop view totals"),
          new Fault("create table a(x)", "drop table a; drop trigger no_less"),
          new Fault("create index i on lines(order_id)", "select 1"),
          new Fault("drop index orders_by_total", "create index orders_by_total on orders(id)"),
          new Fault(
              "drop index orders_by_total", "create unique index orders_by_total on orders(total)"),
          new Fault(
              "drop view totals", "create view totals as select count(*) as total from orders"),
          new Fault("drop trigger no_less", "select 1"),
          new Fault("alter table orders add column extra", "select 1"),
          new Fault(
              "alter table orders rename column note to remark",
              "alter table orders rename column remark to notes"),
          new Fault("alter table lines rename to line", "select 1"),
          new Fault("update orders set total = 99 where id = 1", "select 1"),
          new Fault(
              "update orders set total = total + 1",
              "update orders set total = total - 1 where id < 3"),
          new Fault("update orders set note = upper(note)", "update orders set note = lower('B')"),
          new Fault(
              "update orders set note = '' where note is null",
              "update orders set note = null where note <> 'a'"),
          new Fault("delete from lines where id = 2", "insert into lines values (2, 1)"),
          new Fault("delete from lines where id = 2", "select 1"),
          new Fault("insert into orders values (9, 1, '')", "delete from orders where id >= 3"),
          new Fault("insert into orders values (9, 1, '')", "delete from orders where id = 8"),
          new Fault(
              "drop table lines",
              "create table lines(id integer primary key, order_id integer references orders(id))"),
          new Fault(
              "drop table lines",
              "create table lines(id integer primary key, order_id integer);"
                  + " insert into lines values (1, 1), (2, 3)"),
          new Fault(
              "alter table orders drop column note", "alter table orders add column note text"),
          new Fault("create table a(x); insert into a values (1)", "delete from a"),
          new Fault("create view v as select 1", "drop view if exists w"),
          new Fault(
              "create trigger t after insert on lines begin select 1; end",
              "drop trigger if exists u"),
          new Fault("update lines set order_id = null", "update lines set order_id = 1"),
          new Fault("update orders set total = total * 2", "update orders set total = total / 3"),
          new Fault("update orders set id = id + 10", "update orders set id = id - 9"),
          new Fault("create table a(x)", "drop table a; update orders set note = 'x' where id = 3"),
          new Fault("delete from orders where id = 1", "insert into orders values (1, 10, 'a')"));

  @Test
  void what_is_wrong_is_found_on_the_copy_and_the_target_stays_untouched() throws Exception {
    assertThat(FAULTS).hasSizeGreaterThanOrEqualTo(40);
    String before = digest();
    StringBuilder missed = new StringBuilder();
    for (Fault fault : FAULTS) {
      RunRecord record;
      try {
        record = run(rehearsal(change(fault.there, fault.back)));
      } catch (Refusal refused) {
        continue; // found while planning, which is sooner
      }
      if (record.step("rehearsal").orElseThrow().state() != StepState.FAILED_CLEAN) {
        missed.append(record.state()).append(' ').append(fault).append('\n');
      }
      assertThat(digest()).as(fault.toString()).isEqualTo(before);
      assertThat(work.resolve("scratch")).as(fault.toString()).isEmptyDirectory();
    }
    assertThat(missed).asString().isEmpty();
  }

  @Test
  void a_change_and_its_undo_that_are_right_pass_and_leave_nothing() throws Exception {
    String before = digest();
    for (Change good :
        List.of(
            change("create table a(x)", "drop table a"),
            change("update orders set total = total + 1", "update orders set total = total - 1"),
            change(
                "drop view totals", "create view totals as select sum(total) as total from orders"),
            change("delete from lines where id = 2", "insert into lines values (2, 3)"))) {
      RunRecord record = run(rehearsal(good));
      assertThat(record.step("rehearsal").orElseThrow().findings()).isEmpty();
      assertThat(record.state()).isEqualTo(RunState.SUCCEEDED);
      assertThat(record.step("rehearsal").orElseThrow().evidence().orElseThrow().facts())
          .containsEntry("changes", "1")
          .containsEntry("compared", "rows, states and definitions")
          .containsEntry("rows", "5")
          .containsKeys("seconds", "tables");
    }
    assertThat(digest()).isEqualTo(before);
    assertThat(work.resolve("scratch")).isEmptyDirectory();
  }

  @Test
  void it_says_what_is_left_in_these_words() throws Exception {
    RunRecord record = run(rehearsal(change("create table a(x)", "select 1")));
    assertThat(record.step("rehearsal").orElseThrow().findings().get(0).text())
        .isEqualTo(
            """
            the undo does not leave the copy as it was
              expected  the content and the definitions from before
              found     3 differences, below
              fix       mend the undo, then rehearse it again
              code      rehearsal.undo""");
    assertThat(record.step("rehearsal").orElseThrow().findings().toString())
        .contains("table 'a' was not recorded");
  }

  @Test
  void several_changes_are_rehearsed_in_order_and_what_they_make_is_asked_of_the_copy()
      throws Exception {
    Change second =
        inOneTransaction(sql("insert into a values (1)"))
            .named("fill")
            .undoneBy(inOneTransaction(sql("delete from a")).named("empty").cannotBeUndone("back"));
    Rehearsal both =
        rehearsed(change("create table a(x)", "drop table a"), second)
            .onCopyOf(dump)
            .into(work.resolve("scratch"))
            .named("rehearsal");
    assertThat(run(both.proving(rowCount("a").is(1))).state()).isEqualTo(RunState.SUCCEEDED);
    RunRecord wrong = run(both.proving(noRows("select 1 from a")));
    assertThat(wrong.step("rehearsal").orElseThrow().state()).isEqualTo(StepState.FAILED_CLEAN);
  }

  @Test
  void it_is_a_hard_stop_by_its_age() throws Exception {
    Change change = change("create table a(x)", "drop table a");
    Rehearsal rehearsal = rehearsal(change);
    RunRecord record =
        run(
            runbook(
                "Housekeeping",
                gate("Backup", dump),
                gate("Rehearsed", rehearsal),
                gate("Applied", noOlderThan(Duration.ofHours(1), rehearsal), change)));
    assertThat(record.state()).isEqualTo(RunState.SUCCEEDED);
    RunRecord stopped =
        run(
            runbook(
                "Housekeeping",
                gate("Backup", dump),
                gate("Rehearsed", rehearsal(change("create table b(x)", "select 1"))),
                gate("Applied", change("create table b(x)", "select 1"))));
    assertThat(stopped.state()).isEqualTo(RunState.FAILED_CLEAN);
    assertThat(stopped.step("change").orElseThrow().state()).isEqualTo(StepState.PENDING);
  }

  @Test
  void what_no_copy_can_tell_is_refused_while_planning() {
    Change file = command("true").named("change").undoneBy(command("true"));
    Change endless = inOneTransaction(sql("create table a(x)")).named("change").cannotBeUndone("x");
    Change restoring =
        inOneTransaction(sql("create table a(x)")).named("change").undoneBy(restore(dump));
    for (Change change : Stream.of(file, endless, restoring).toList()) {
      assertThatThrownBy(() -> run(rehearsal(change)))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("rehearsal.beyond");
    }
    assertThatThrownBy(
            () -> run(rehearsal(change("attach '" + database + "' as live", "select 1"))))
        .isInstanceOf(Refusal.class);
  }

  /** Rows without end: nothing but an interrupt ends it, and an undo on a copy is none. */
  @Test
  @Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void an_abort_leaves_neither_copy_nor_statement() throws Exception {
    String endless =
        "insert into lines with recursive n(x) as (select 1 union all select x + 1 from n)"
            + " select x, 1 from n where x < 0";
    String before = digest();
    for (Change change :
        List.of(
            change(endless, "delete from lines where id = 9"),
            change("update orders set total = total + 1", endless))) {
      Plan plan =
          Plan.of(
              runbook("Housekeeping", gate("Backup", dump), gate("Rehearsed", rehearsal(change))),
              target);
      try (Run run = Runner.journalingTo(work.resolve("journals")).start(plan)) {
        CompletableFuture<RunRecord> ended = CompletableFuture.supplyAsync(run::untilPeople);
        awaitOnCopy(ended);
        run.abort("me", "so");
        RunRecord record = ended.get(60, TimeUnit.SECONDS);
        assertThat(record.step("rehearsal").orElseThrow().state())
            .isEqualTo(StepState.FAILED_CLEAN);
        assertThat(record.state()).isEqualTo(RunState.FAILED_CLEAN);
      }
      assertThat(work.resolve("scratch")).isEmptyDirectory();
      assertThat(digest()).isEqualTo(before);
    }
  }

  /** Until the run on the copy is in a statement that does not end. */
  private void awaitOnCopy(CompletableFuture<RunRecord> ended) throws Exception {
    long size = -1;
    for (int still = 0; still < 10; ) {
      assertThat(ended).isNotDone();
      TimeUnit.MILLISECONDS.sleep(50);
      long now = 0;
      try (Stream<Path> files = Files.walk(work.resolve("scratch"))) {
        for (Path file : files.filter(one -> one.toString().endsWith(".journal")).toList()) {
          now += Files.size(file);
        }
      } catch (UncheckedIOException | IOException e) {
        now = -1; // what it looked at went away
      }
      still = now > 0 && now == size ? still + 1 : 0;
      size = now;
    }
  }
}

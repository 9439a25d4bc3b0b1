package dev.gatehouse.postgres.backup;

import static dev.gatehouse.dsl.Gatehouse.backUp;
import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.inOneTransaction;
import static dev.gatehouse.dsl.Gatehouse.into;
import static dev.gatehouse.dsl.Gatehouse.outsideTransaction;
import static dev.gatehouse.dsl.Gatehouse.rehearsed;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.Gatehouse.sql;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.artifact.Content;
import dev.gatehouse.core.dialect.Baseline;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.journal.StepState;
import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.core.testkit.Sampled;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.dsl.backup.BackUp;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A change and its undo on a copy of the target's own server. */
class RehearsalTest {
  @TempDir Path work = Path.of("");

  private final EngineUnderTest engine = EngineUnderTest.onePostgres(RehearsalTest.class);
  private final TestDatabase database = engine.database();

  @BeforeEach
  void a_shop() throws Exception {
    dumps()
        .execute(
            "create schema app",
            "create type app.state as enum ('new', 'done')",
            "create table app.orders(id int generated always as identity primary key,"
                + " total int not null default 0 check (total >= 0), state app.state)",
            "insert into app.orders(total, state) values (10, 'new'), (20, 'done'), (30, null)",
            "create table app.lines(id int primary key, order_id int references app.orders)",
            "insert into app.lines values (1, 1), (2, 3)",
            "create index lines_by_order on app.lines(order_id)",
            "create view app.totals as select sum(total) from app.orders",
            "create function app.twice(n int) returns int language sql return n * 2",
            "alter table app.lines enable row level security",
            "create policy all_of_them on app.lines using (true)",
            "grant select on app.orders to public",
            "comment on table app.orders is 'what they ordered'");
  }

  @AfterEach
  void drop() {
    database.close();
  }

  /** Not before its directory is known: it makes a vault there. */
  private Dumps dumps() {
    return new Dumps(engine, database, work);
  }

  private static Change change(String there, String back) {
    return inOneTransaction(sql(there))
        .named("change")
        .undoneBy(inOneTransaction(sql(back)).named("back").cannotBeUndone("it is the way back"));
  }

  private RunRecord run(Change change) throws Exception {
    BackUp dump = backUp(into(work.resolve("vault"))).named("dump");
    return Runner.journalingTo(work.resolve("journals"))
        .run(
            Plan.of(
                runbook(
                    "Housekeeping",
                    gate("Backup", dump),
                    gate(
                        "Rehearsed",
                        rehearsed(change).onCopyOf(dump).intoScratchDatabase().named("rehearsal"))),
                dumps().target));
  }

  private record Fault(String there, String back) {}

  private static final List<Fault> FAULTS =
      List.of(
          new Fault("grant update on app.orders to public", "select 1"),
          new Fault("alter table app.orders add column note text", "select 1"),
          new Fault(
              "comment on table app.orders is 'new'", "comment on table app.orders is 'other'"),
          new Fault("create policy more on app.orders using (false)", "select 1"),
          new Fault(
              "drop view app.totals",
              "create view app.totals as select max(total) from app.orders"),
          new Fault("update app.orders set total = total + 1", "update app.orders set total = 11"),
          new Fault("alter table app.lines disable row level security", "select 1"),
          new Fault(
              "drop policy all_of_them on app.lines",
              "create policy all_of_them on app.lines using (false)"),
          new Fault(
              "create or replace function app.twice(n int) returns int language sql return n * 3",
              "select 1"),
          new Fault("alter table app.orders alter total set default 1", "select 1"),
          new Fault("alter table app.orders alter total drop not null", "select 1"),
          new Fault(
              "alter table app.orders drop constraint orders_total_check",
              "alter table app.orders add constraint orders_total_check check (total >= -1)"),
          new Fault("alter type app.state add value 'lost'", "select 1"),
          new Fault("create index more on app.orders(total)", "drop index if exists app.moar"),
          new Fault(
              "drop index app.lines_by_order", "create index lines_by_order on app.lines(id)"),
          new Fault("insert into app.lines values (3, 9)", "delete from app.lines where id = 3"),
          new Fault("insert into app.lines values (3, 1)", "delete from app.lines where id >= 2"),
          new Fault("revoke select on app.orders from public", "select 1"),
          new Fault("alter schema app rename to shop", "alter schema shop rename to apps"),
          new Fault("drop table app.lines", "create table app.lines(id int primary key)"),
          new Fault("alter table app.orders add unique (total)", "select 1"),
          new Fault(
              "alter table app.lines drop constraint lines_order_id_fkey",
              "alter table app.lines add constraint lines_order_id_fkey foreign key (order_id) references app.orders on delete cascade"),
          new Fault("alter table app.lines alter order_id type bigint", "select 1"),
          new Fault(
              "alter table app.orders rename total to sum",
              "alter table app.orders rename sum to totals"),
          new Fault("alter view app.totals set (security_barrier = true)", "select 1"),
          new Fault(
              "alter function app.twice(int) security definer",
              "alter function app.twice(int) security invoker immutable"),
          new Fault(
              "drop function app.twice",
              "create function app.twice(n int) returns int language sql return n + n"),
          new Fault("alter table app.lines force row level security", "select 1"),
          new Fault("create sequence app.more", "drop sequence if exists app.moar"),
          new Fault(
              "create domain app.small as int check (value < 9)", "drop domain if exists app.tall"),
          new Fault(
              "update app.orders set state = 'done' where id = 1",
              "update app.orders set state = 'new' where id <= 2"),
          new Fault(
              "update app.orders set state = null where id = 1",
              "update app.orders set state = 'new' where state is null"),
          new Fault("delete from app.lines where id = 1", "insert into app.lines values (1, 2)"),
          new Fault("truncate app.lines", "insert into app.lines values (1, 1)"),
          new Fault("alter table app.orders alter id set generated by default", "select 1"),
          new Fault("create statistics app.both on id, total from app.orders", "select 1"),
          new Fault(
              "alter table app.orders set (fillfactor = 50)",
              "alter table app.orders set (fillfactor = 90)"),
          new Fault(
              "alter default privileges in schema app grant select on tables to public",
              "select 1"),
          new Fault("alter table app.lines replica identity full", "select 1"),
          new Fault(
              "alter index app.lines_by_order rename to by_order",
              "alter index app.by_order rename to lines_by_orders"),
          new Fault("revoke usage on type app.state from public", "select 1"));

  @Test
  void what_is_wrong_is_found_on_the_copy_and_the_target_stays_untouched() throws Exception {
    Content content = dumps().content();
    Baseline definitions = dumps().catalogue();
    StringBuilder missed = new StringBuilder();
    for (int i : Sampled.Few.of(2, FAULTS.size()).toArray()) {
      Fault fault = FAULTS.get(i);
      RunRecord record;
      try {
        record = run(change(fault.there, fault.back));
      } catch (Refusal refused) {
        // found while planning, which is sooner; but not because a rehearsal was refused
        assertThat(refused).as("%s", fault).hasMessageNotContaining("rehearsal.beyond");
        continue;
      }
      if (record.step("rehearsal").orElseThrow().state() != StepState.FAILED_CLEAN) {
        missed.append(record.state()).append(' ').append(fault).append('\n');
      }
    }
    assertThat(missed).asString().isEmpty();
    assertThat(content.differences(dumps().content())).isEmpty();
    assertThat(definitions.drift(dumps().catalogue()))
        .noneMatch(drift -> !drift.object().name().contains("gatehouse"));
    assertThat(dumps().databaseLike("gatehouse_drill_%")).isEmpty();
  }

  @Test
  void what_is_right_passes_in_and_outside_of_transactions() throws Exception {
    RunRecord record =
        run(
            change(
                "alter table app.orders add column note text; update app.orders set note = 'x'",
                "alter table app.orders drop column note"));
    assertThat(record.step("rehearsal").orElseThrow().findings()).isEmpty();
    assertThat(record.state()).isEqualTo(RunState.SUCCEEDED);

    record =
        run(
            outsideTransaction(sql("create index concurrently more on app.orders(total)"))
                .named("index")
                .undoneBy(
                    outsideTransaction(sql("drop index concurrently app.more"))
                        .named("no index")
                        .cannotBeUndone("it is the way back")));
    assertThat(record.step("rehearsal").orElseThrow().findings()).isEmpty();
    assertThat(record.state()).isEqualTo(RunState.SUCCEEDED);
  }

  @Test
  void what_would_leave_the_copy_is_refused_while_planning() throws Exception {
    List<String> all =
        List.of(
            "create role stray",
            "alter role current_user set work_mem = '8MB'",
            "grant pg_read_all_data to current_user",
            "grant \"on\" to current_user",
            "grant connect on database " + database.name() + " to public",
            "comment on role postgres is 'x'",
            "do $$ begin execute 'drop  role stray'; end $$",
            "do $$ begin execute 'create ' || 'role stray'; end $$",
            "do 'begin execute format(''%s role stray'', ''create''); end'",
            "do $$ declare s text := 'create '; begin s := s || 'role stray'; execute s; end $$",
            "do $$ begin execute chr(99) || $r$reate role stray$r$; end $$",
            "do $$ begin execute /* it */ current_user; end $$",
            "create function app.f() returns void language plpgsql as"
                + " $$ begin execute current_setting('a.b'); end $$; select app.f()",
            "do $$ begin execute E'\\x63reate role stray'; end $$",
            "do language plperl $$ spi_exec_query('create ' . 'role stray') $$",
            "create /* a */ role stray",
            "create -- a\n role stray",
            "create /* a /* b */ c */ role stray",
            "copy app.orders from $$/dev/null$$",
            "select \"pg_terminate_backend\" (1)",
            "select query_to_xml('select pg_' || 'rotate_logfile()', true, true, '')",
            "select pg_terminate_backend(1)");
    for (int i : Sampled.Few.of(7, all.size()).toArray()) {
      String there = all.get(i);
      assertThatThrownBy(() -> run(change(there, "select 1")))
          .as(there)
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("rehearsal.beyond");
    }
    dumps()
        .execute(
            "create foreign data wrapper nothing",
            "create server nowhere foreign data wrapper nothing",
            "create foreign table app.far(x int) server nowhere");
    assertThatThrownBy(() -> run(change("create table app.a(x int)", "drop table app.a")))
        .hasMessageContaining("foreign table app.far");
  }

  /** What the change calls, or what an event on its tables calls, is not in its own text. */
  @Test
  void what_its_routines_do_is_looked_at_too() throws Exception {
    dumps()
        .execute(
            "create function app.make(name text) returns void language plpgsql as"
                + " $$ begin execute 'create ' || name; end $$",
            "create function app.calls() returns void language sql as"
                + " $$ select app.make('role stray') $$",
            "create function app.fires() returns trigger language plpgsql as"
                + " $$ begin execute 'create ' || 'role stray'; return new; end $$");
    assertThatThrownBy(() -> run(change("select app.calls()", "select 1")))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("routine app.make(text)");
    assertThat(run(change("create table app.a(x int)", "drop table app.a")).state())
        .as("none of them is called")
        .isEqualTo(RunState.SUCCEEDED);
    dumps()
        .execute(
            "create trigger fires before insert on app.lines"
                + " for each row execute function app.fires()");
    assertThatThrownBy(
            () -> run(change("insert into app.lines values (3, 1)", "delete from app.lines")))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("routine app.fires()");
  }

  /** Each text is known, so that nothing of it is hidden. */
  @Test
  void a_text_that_stands_there_whole_is_no_built_one() throws Exception {
    RunRecord record =
        run(
            change(
                "do $$ begin execute 'create table app.a(x int)'; end $$;"
                    + " do $$ -- execute me daily\n begin"
                    + " execute 'comment on table app.a is ''it'''; end $$;"
                    + " create function app.b() returns trigger language plpgsql as"
                    + " $$ begin return new; end $$;"
                    + " create trigger b before insert on app.a for each row execute function"
                    + " app.b(); grant execute on function app.b() to public;"
                    + " comment on table app.lines is 'to execute daily'",
                "drop table app.a; drop function app.b; comment on table app.lines is null"));
    assertThat(record.step("rehearsal").orElseThrow().findings()).isEmpty();
    assertThat(record.state()).isEqualTo(RunState.SUCCEEDED);
  }
}

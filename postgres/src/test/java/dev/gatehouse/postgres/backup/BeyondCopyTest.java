package dev.gatehouse.postgres.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.postgres.session.Queries;
import java.sql.Connection;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What leaves a copy is found in whatever disguise; what migrations do every day is not. */
class BeyondCopyTest {
  private final EngineUnderTest engine = EngineUnderTest.onePostgres(BeyondCopyTest.class);

  private static final List<String> HOSTILE =
      List.of(
          "copy orders to'/tmp/x'",
          "copy orders to U&'/tmp/x'",
          "load 'auto_explain'",
          "create extension if not exists dblink schema public",
          "create extension plperlu",
          "update pg_database set datallowconn = false",
          "delete from pg_catalog.\"pg_authid\" where rolname = 'stray'",
          "with a as (insert into pg_auth_members values (1)) select 1",
          "create operator !!! (rightarg = int, function = pg_terminate_backend)",
          "create aggregate a(int) (sfunc = pg_catalog.pg_terminate_backend, stype = bool)",
          "select U&\"pg_terminate_back\\0065nd\"(1)",
          "do E'begin \\x65xecute \\'creat\\x65 role stray\\'; end'",
          "do U&'begin \\0065xecute chr(99); end'",
          "do language plpgsql E'begin \\x65xecute chr(99); end'",
          "create function f() returns void language sql as E'select \\x70g_reload_conf()'",
          "set standard_conforming_strings = off",
          "select set_config('standard_conforming_strings', 'off', false)",
          "do language $$plperl$$ 'x'",
          "create function f() returns void language'plperl' as 'x'",
          "do $x$ begin perform $$ -- $$; execute current_user; end $x$",
          "do $x$ begin perform $$ /* $$; execute current_user; perform $$ */ $$; end $x$",
          "do $x$ begin execute 'create/**/role stray'; end $x$",
          "do $x$ begin execute $$create--\nrole stray$$; end $x$",
          "do $x$ begin execute 'grant stray/* on */ to current_user'; end $x$",
          "do $x$ declare procedure text := chr(99); begin execute procedure; end $x$",
          "do $x$ declare function text := chr(99); begin execute function || ''; end $x$",
          "select * from crosstab('select pg_' || 'reload_conf()') as t(a int)",
          "create rule r as on insert to orders do also select pg_reload_conf()",
          "do $x$ begin perform a$y$ ' $y$ -- '; execute current_user; end $x$",
          "do $é$ begin perform $ü$ -- $ü$; execute current_user; end $é$",
          "set role stray; alter database current_database set work_mem = 1",
          "select ''  from pg_create_logical_replication_slot ('a', 'b')",
          "select -- it\n pg_catalog . pg_rotate_logfile /* */ ()",
          "select app.sums(id) from orders",
          "select id ### 1 from orders",
          "select app.native(1)");

  @Test
  void what_leaves_the_copy_is_found() throws Exception {
    try (TestDatabase database = engine.database();
        Connection session = database.connect()) {
      Queries.run(session, "create table orders(id int)");
      assertThat(BeyondCopy.of(List.of("select 1"), session)).isEmpty();
      for (String sql :
          List.of(
              "create schema app",
              "create function app.step(a int, b int) returns int language plpgsql as"
                  + " $$ begin execute chr(99) || b; return a; end $$",
              "create function app.native(int) returns int language internal as 'int4abs'")) {
        Queries.run(session, sql);
      }
      StringBuilder missed = new StringBuilder();
      for (String sql : HOSTILE) {
        if (sql.contains("app.sums")) {
          Queries.run(session, "create aggregate app.sums(int) (sfunc = app.step, stype = int)");
        } else if (sql.contains("###")) {
          Queries.run(session, "drop aggregate app.sums(int)");
          Queries.run(
              session, "create operator ### (leftarg = int, rightarg = int, function = app.step)");
        } else if (sql.contains("app.native")) {
          Queries.run(session, "drop operator ###(int, int)");
        }
        if (BeyondCopy.of(List.of(sql), session).isEmpty()) {
          missed.append(sql).append('\n');
        }
      }
      assertThat(missed).asString().isEmpty();
    }
  }

  /** As migrations of public projects write them. */
  private static final List<String> ORDINARY =
      List.of(
          "create extension if not exists pg_trgm",
          "set standard_conforming_strings = on",
          "set role app; alter table orders owner to current_user",
          "create function set_updated_at() returns trigger as $$ -- keep it\n begin"
              + " new.updated_at := current_timestamp; return new; end; $$ language plpgsql",
          "create trigger t before update on orders for each row execute procedure"
              + " set_updated_at()",
          "alter table orders add column tags text[] not null default '{}', add check (id > 0)",
          "create index concurrently if not exists i on orders using gin (name gin_trgm_ops)",
          "do $$ begin if not exists (select from pg_type where typname = 'state') then"
              + " create type state as enum ('new'); end if; end $$",
          "comment on column orders.id is E'it\\'s -- the key'",
          "grant select, insert on all tables in schema public to app; grant execute on function"
              + " f() to app",
          "alter default privileges in schema public grant select on tables to app",
          "notify channel, 'x'; select pg_advisory_xact_lock(1), setval('s', 1), lo_create(0)",
          "select rolname from pg_roles; select count(*) from pg_database",
          "create materialized view m as select string_agg(name, E'\\n') from orders");

  @Test
  void what_migrations_do_every_day_is_not() throws Exception {
    try (TestDatabase database = engine.database();
        Connection session = database.connect()) {
      for (String sql : ORDINARY) {
        assertThat(BeyondCopy.of(List.of(sql), session)).as(sql).isEmpty();
      }
      String large = "do $$ begin perform '" + "x y ".repeat(200_000) + "'; end $$";
      assertThat(BeyondCopy.of(List.of(large), session)).isEmpty();
    }
  }
}

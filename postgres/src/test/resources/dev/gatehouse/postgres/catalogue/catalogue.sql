-- One of each kind of thing a database is made of. :app and :reader are two roles.
create schema eng;
create schema "Vh ""x"".y";
grant usage on schema eng to :reader;
create extension citext schema eng;
comment on schema eng is 'engineering; it''s "ours"';
create type eng.mood as enum ('sad', 'ok', 'happy');
create type eng.pair as (a integer, b text collate "C");
create domain eng.email as text default 'a@b' not null constraint has_at check (value like '%@%');
create type eng.span as range (subtype = float8);
create collation eng.plain (locale = 'C');
create sequence eng.free as integer start 5 increment 2 minvalue 1 maxvalue 99 cache 3 cycle;
create function eng.total(a integer, b integer default 2) returns integer language sql immutable as 'select a + b';
create function eng.atomic(a varchar) returns boolean language sql stable return a in ('x', 'y');
create function eng.touch() returns trigger language plpgsql security definer set search_path = 'eng' as $$begin new.note := ';'; return new; end$$;
create procedure eng.proc(inout a integer) language plpgsql as $$begin a := a + 1; end$$;
create aggregate eng.summed(integer) (sfunc = int4pl, stype = integer, initcond = '0');
create function eng.watched() returns event_trigger language plpgsql as $$begin end$$;
create operator eng.### (leftarg = integer, rightarg = integer, function = eng.total);
create table eng.orders (
  id integer generated always as identity primary key with (fillfactor = 70),
  gone text,
  customer varchar(40) not null default 'none',
  state varchar(10) check (state in ('open', 'paid', 'sent')),
  total numeric(10, 2) default 0,
  twice numeric generated always as (total * 2) stored,
  mood eng.mood default 'ok',
  mail eng.email,
  at timestamptz default '2026-01-02 03:04:05+06',
  spell interval default '1 day 02:03:04',
  data jsonb,
  note text collate "C",
  old bigserial,
  unique (customer, at),
  exclude (total with =) deferrable
);
alter table eng.orders drop column gone;
alter table eng.orders add column late text;
alter table eng.orders alter column data set storage external, alter column note set statistics 77, alter column total set (n_distinct = 5);
alter table eng.orders set (autovacuum_enabled = false, toast.autovacuum_enabled = false);
comment on column eng.orders.state is 'open, paid or sent';
create table eng.lines (
  order_id integer not null references eng.orders on delete cascade deferrable initially deferred,
  n integer not null,
  what text,
  primary key (order_id, n)
);
alter table eng.lines add constraint checked check (n > 0) not valid;
alter table eng.lines replica identity full;
create unlogged table eng.scratch (x integer);
create table eng.base (a integer, b text);
create table eng.derived (c integer) inherits (eng.base);
alter table eng.base add column later text default 'x' check (later in ('x', 'y'));
create table eng.events (day date not null, kind text, ref integer references eng.orders) partition by range (day);
create table eng.events_2026 partition of eng.events for values from ('2026-01-01') to ('2027-01-01');
create table eng.events_rest partition of eng.events default;
alter table eng.events add primary key (day, kind);
create index events_kind on eng.events (kind);
create index orders_open on eng.orders (lower(customer), total desc nulls last) where state in ('open', 'paid');
create unique index orders_note on eng.orders (note) include (total);
cluster eng.orders using orders_note;
create statistics eng.related (dependencies) on customer, state from eng.orders;
create trigger touch before insert or update on eng.orders for each row when (new.state in ('open', 'paid')) execute function eng.touch();
create trigger part after insert on eng.events for each row execute function eng.touch();
alter table eng.events_2026 disable trigger part;
create rule quiet as on delete to eng.scratch do also notify deleted;
create view eng.open as select o.id, o.customer, o.state in ('open', 'paid') as live, l.what from eng.orders o left join eng.lines l on l.order_id = o.id where o.state in ('open', 'paid');
create view eng.guarded with (security_barrier) as select id from eng.orders where total > 0 with local check option;
create materialized view eng.summary as select state, count(*) as n, sum(total) filter (where total > 1) as t from eng.orders group by state;
create materialized view eng.empty as select 1 as x with no data;
create index summary_state on eng.summary (state);
alter table eng.orders enable row level security;
alter table eng.lines enable row level security, force row level security;
create policy own on eng.orders for select to :reader, :app using (customer = current_user and state in ('open', 'paid'));
create policy strict on eng.orders as restrictive for update using (true) with check (total < 1000);
grant select on eng.orders to :reader;
grant insert, update on eng.orders to :app with grant option;
grant select (n), update (what) on eng.lines to :reader;
grant usage on sequence eng.free to :app;
revoke execute on function eng.total(integer, integer) from public;
grant execute on function eng.total(integer, integer) to :app;
revoke usage on type eng.mood from public;
revoke delete on eng.base from current_user;
alter table eng.base owner to :app;
alter default privileges in schema eng grant select on tables to :reader;
alter default privileges for role :app revoke execute on functions from public;
create event trigger gate on ddl_command_start when tag in ('DROP TABLE', 'CREATE TABLE') execute function eng.watched();
create publication outward for table eng.lines, eng.orders with (publish = 'insert, update');
create foreign data wrapper nothing;
create server elsewhere type 'x' version '1' foreign data wrapper nothing options (host 'h', password 'hunter2');
create user mapping for :app server elsewhere options (password 'hunter2');
create foreign table eng.far (a integer options (column_name 'A')) server elsewhere options (table_name 't');
create cast (eng.email as eng.mood) with inout as assignment;
create text search configuration eng.words (copy = simple);
create operator class eng.backwards for type integer using btree as operator 1 <, operator 2 <=, operator 3 =, operator 4 >=, operator 5 >, function 1 btint4cmp(integer, integer);
create table "Vh ""x"".y"."Ta'b.le; --" ("co""l'.umn" integer constraint "ch;eck" check ("co""l'.umn" > 0), "%s" text);
create index "in""dex" on "Vh ""x"".y"."Ta'b.le; --" ("co""l'.umn");
comment on table "Vh ""x"".y"."Ta'b.le; --" is E'a\nb\u2028c\r"''';
comment on constraint "ch;eck" on "Vh ""x"".y"."Ta'b.le; --" is 'positive';
grant execute on function pg_catalog.pg_read_file(text) to :app;

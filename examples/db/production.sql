-- What stands in production before the change: the state that the promotion runbooks start from.
-- Roles are made by Production.java, because they belong to the server and not to the database.
create schema eng;
create schema vh;
create schema views;
create schema audit;

create table audit.change_log (
  id bigint generated always as identity primary key,
  table_name text not null,
  operation text not null,
  user_name text not null,
  timestamp timestamptz not null default now(),
  row_data jsonb not null default '{}'
);

create table audit.service_logs (
  id bigint generated always as identity primary key,
  service text not null,
  level text not null check (level in ('DEBUG', 'INFO', 'WARNING', 'ERROR')),
  message text not null,
  timestamp timestamptz not null default now()
);

create table audit.migration_log (
  version text primary key,
  applied_at timestamptz not null default now()
);
insert into audit.migration_log (version) values ('2025-09-01');

create table eng.teams (
  id integer primary key,
  name text not null unique
);
insert into eng.teams select n, 'team ' || n from generate_series(1, 20) n;

create table vh.ventures (
  id integer primary key,
  name text not null,
  stage text not null check (stage in ('idea', 'pilot', 'scale')),
  created_at timestamptz not null
);
insert into vh.ventures
select n, 'venture ' || n, (array['idea', 'pilot', 'scale'])[1 + n % 3], timestamptz '2025-01-01Z' + n * interval '1 hour'
from generate_series(1, 5000) n;

create table vh.ingest_runs (
  id bigint primary key,
  venture_id integer not null references vh.ventures,
  status text not null check (status in ('success', 'failed')),
  created_at timestamptz not null
);
insert into vh.ingest_runs
select n, 1 + n % 5000, case when n % 97 = 0 then 'failed' else 'success' end, timestamptz '2025-06-01Z' + n * interval '1 minute'
from generate_series(1, 20000) n;

insert into audit.service_logs (service, level, message, timestamp)
select 'ingest', case when n % 50 = 0 then 'WARNING' else 'INFO' end, 'run ' || n, now() - n * interval '1 minute'
from generate_series(1, 2000) n;

grant usage on schema views to analyst_ro;
grant usage on schema eng, vh, views to vh_app;
grant select, insert, update on vh.ventures, vh.ingest_runs to vh_app;
grant select on eng.teams to vh_app;

create table eng.strategic_directives_v2 (
  id integer primary key,
  team_id integer not null references eng.teams,
  title text not null,
  status text not null default 'draft' check (status in ('draft', 'active', 'done')),
  confidential boolean not null default false
);

insert into eng.strategic_directives_v2 (id, team_id, title, status, confidential)
select n, 1 + n % 20, 'directive ' || n, (array['draft', 'active', 'done'])[1 + n % 3], n % 10 = 0
from generate_series(1, 300) n;

create table vh.directive_links (
  venture_id integer not null references vh.ventures,
  directive_id integer not null references eng.strategic_directives_v2,
  primary key (venture_id, directive_id)
);

insert into vh.directive_links select n, 1 + n % 300 from generate_series(1, 1000) n;
grant select, insert, delete on vh.directive_links to vh_app;

create table vh.sensitive_terms (
  venture_id integer primary key references vh.ventures,
  terms text not null
);

insert into vh.sensitive_terms select n, 'terms of venture ' || n from generate_series(1, 5000, 7) n;
alter table vh.sensitive_terms enable row level security;
alter table vh.sensitive_terms force row level security;

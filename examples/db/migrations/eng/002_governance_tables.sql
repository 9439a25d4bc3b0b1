create table eng.sensitive_decisions (
  id integer primary key,
  directive_id integer not null references eng.strategic_directives_v2,
  decided_by text not null,
  decision text not null
);

insert into eng.sensitive_decisions
select n, n, 'board', 'decision on directive ' || n from generate_series(1, 100) n;

create function eng.directive_changed() returns trigger language plpgsql as $$
begin
  insert into audit.change_log (table_name, operation, user_name)
  values (tg_table_schema || '.' || tg_table_name, tg_op, current_user);
  return new;
end $$;

create trigger directive_changed after insert or update on eng.strategic_directives_v2
  for each row execute function eng.directive_changed();

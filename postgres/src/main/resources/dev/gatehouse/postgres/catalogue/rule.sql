-- if any: pg_rewrite
select 'rule' as kind, n.nspname as "schema", format('%I.%I.%I', n.nspname, c.relname, r.rulename) as name,
  format('%I.%I', n.nspname, c.relname) as of,
  pg_get_ruledef(r.oid) as definition, true as defined,
  case r.ev_enabled when 'O' then 'yes' when 'D' then 'no' when 'R' then 'on replicas' else 'always' end as "enabled",
  @comment(pg_rewrite, r.oid, 0) as "comment"
from pg_rewrite r
  join pg_class c on c.oid = r.ev_class
  join pg_namespace n on n.oid = c.relnamespace
where r.rulename <> '_RETURN' and @user(n) and not @extension(pg_class, c.oid)

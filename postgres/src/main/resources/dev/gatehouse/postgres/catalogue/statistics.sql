-- if any: pg_statistic_ext
select 'statistics' as kind, n.nspname as "schema", format('%I.%I', n.nspname, s.stxname) as name,
  pg_get_statisticsobjdef(s.oid) || coalesce(' TARGET ' || nullif(to_jsonb(s) ->> 'stxstattarget', '-1'), '') as definition,
  quote_ident(pg_get_userbyid(s.stxowner)) as owner, array[]::text[] as privileges, @comment(pg_statistic_ext, s.oid, 0) as "comment"
from pg_statistic_ext s join pg_namespace n on n.oid = s.stxnamespace where @user(n) and not @extension(pg_statistic_ext, s.oid)

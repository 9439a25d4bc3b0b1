-- if any: pg_policy
select 'policy' as kind, n.nspname as "schema", format('%I.%I.%I', n.nspname, c.relname, p.polname) as name,
  format('%I.%I', n.nspname, c.relname) as of,
  format('CREATE POLICY %I ON %s AS %s FOR %s TO %s', p.polname, c.oid::regclass,
    case when p.polpermissive then 'PERMISSIVE' else 'RESTRICTIVE' end,
    case p.polcmd when 'r' then 'SELECT' when 'a' then 'INSERT' when 'w' then 'UPDATE' when 'd' then 'DELETE' else 'ALL' end,
    (select string_agg(case when r = 0 then 'PUBLIC' else quote_ident(pg_get_userbyid(r)) end, ', ' order by case when r = 0 then '' else pg_get_userbyid(r)::text end) from unnest(p.polroles) r))
  || coalesce(' USING (' || pg_get_expr(p.polqual, p.polrelid) || ')', '')
  || coalesce(' WITH CHECK (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')', '') as definition, true as defined,
  @comment(pg_policy, p.oid, 0) as "comment"
from pg_policy p
  join pg_class c on c.oid = p.polrelid
  join pg_namespace n on n.oid = c.relnamespace
where @user(n) and not @extension(pg_class, c.oid)

-- if any: pg_cast
select 'cast' as kind, '' as "schema", format('%s AS %s', format_type(c.castsource, null), format_type(c.casttarget, null)) as name,
  concat_ws(' ', case c.castmethod when 'f' then 'WITH FUNCTION ' || c.castfunc::regprocedure when 'i' then 'WITH INOUT' else 'WITHOUT FUNCTION' end,
    case c.castcontext when 'a' then 'AS ASSIGNMENT' when 'i' then 'AS IMPLICIT' end) as definition,
  '' as owner, array[]::text[] as privileges, @comment(pg_cast, c.oid, 0) as "comment"
from pg_cast c where c.oid >= 16384 and not @extension(pg_cast, c.oid)
  and not exists (select from pg_depend d where d.classid = 'pg_cast'::regclass and d.objid = c.oid and d.deptype = 'i')

-- if any: pg_am
select 'access method' as kind, '' as "schema", quote_ident(m.amname) as name, concat_ws(' ', m.amtype, m.amhandler) as definition,
  '' as owner, array[]::text[] as privileges, @comment(pg_am, m.oid, 0) as "comment"
from pg_am m where m.oid >= 16384 and not @extension(pg_am, m.oid)

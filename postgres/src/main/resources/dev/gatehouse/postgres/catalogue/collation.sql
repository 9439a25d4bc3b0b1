-- if any: pg_collation
-- The version of a collation is the operating system's, not the database's; a dump keeps its encoding only as the database's own.
select 'collation' as kind, n.nspname as "schema", format('%I.%I', n.nspname, c.collname) as name,
  (to_jsonb(c) - '{oid,collname,collnamespace,collowner,collversion,collencoding}'::text[])::text as definition,
  quote_ident(pg_get_userbyid(c.collowner)) as owner, array[]::text[] as privileges, @comment(pg_collation, c.oid, 0) as "comment"
from pg_collation c join pg_namespace n on n.oid = c.collnamespace where @user(n) and not @extension(pg_collation, c.oid)
  and c.collencoding in (-1, (select d.encoding from pg_database d where d.datname = current_database()))

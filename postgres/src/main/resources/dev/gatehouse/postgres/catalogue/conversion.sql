-- if any: pg_conversion
select 'conversion' as kind, n.nspname as "schema", format('%I.%I', n.nspname, c.conname) as name,
  format('%s%s TO %s FROM %s', case when c.condefault then 'DEFAULT ' else '' end, pg_encoding_to_char(c.conforencoding), pg_encoding_to_char(c.contoencoding), c.conproc) as definition,
  quote_ident(pg_get_userbyid(c.conowner)) as owner, array[]::text[] as privileges, @comment(pg_conversion, c.oid, 0) as "comment"
from pg_conversion c join pg_namespace n on n.oid = c.connamespace where @user(n) and not @extension(pg_conversion, c.oid)

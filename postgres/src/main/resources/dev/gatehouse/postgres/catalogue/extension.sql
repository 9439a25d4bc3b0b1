-- A dump restores an extension by name: it does not keep its owner.
select 'extension' as kind, '' as "schema", quote_ident(x.extname) as name,
  x.extversion as "version", quote_ident(n.nspname) as "inSchema", @comment(pg_extension, x.oid, 0) as "comment"
from pg_extension x join pg_namespace n on n.oid = x.extnamespace

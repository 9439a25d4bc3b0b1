select 'schema' as kind, n.nspname as "schema", quote_ident(n.nspname) as name,
  quote_ident(pg_get_userbyid(n.nspowner)) as owner,
  @acl(n.nspacl, 'n', n.nspowner) as privileges,
  @comment(pg_namespace, n.oid, 0) as "comment"
from pg_namespace n
where @user(n) and not @extension(pg_namespace, n.oid)

-- if any: pg_language, pg_transform
select 'language' as kind, '' as "schema", quote_ident(l.lanname) as name,
  concat_ws(' ', case when l.lanpltrusted then 'TRUSTED' end, nullif(l.lanplcallfoid, 0)::regproc, nullif(l.laninline, 0)::regproc, nullif(l.lanvalidator, 0)::regproc) as definition,
  quote_ident(pg_get_userbyid(l.lanowner)) as owner, @acl(l.lanacl, 'l', l.lanowner) as privileges, @comment(pg_language, l.oid, 0) as "comment"
from pg_language l where l.oid >= 16384 and not @extension(pg_language, l.oid)
union all
select 'transform', '', format('for %s language %I', format_type(t.trftype, null), l.lanname),
  concat_ws(' ', nullif(t.trffromsql, 0)::regprocedure, nullif(t.trftosql, 0)::regprocedure), '', array[]::text[], @comment(pg_transform, t.oid, 0)
from pg_transform t join pg_language l on l.oid = t.trflang where t.oid >= 16384 and not @extension(pg_transform, t.oid)

-- if any: pg_publication
select 'publication' as kind, '' as "schema", quote_ident(p.pubname) as name,
  (to_jsonb(p) - '{oid,pubname,pubowner}'::text[])::text as definition,
  quote_ident(pg_get_userbyid(p.pubowner)) as owner,
  (select string_agg(r.prrelid::regclass::text
      || coalesce(' (' || (select string_agg(quote_ident(a.attname), ', ' order by a.attnum) from pg_attribute a where a.attrelid = r.prrelid and a.attnum = any (r.prattrs)) || ')', '') -- since 15
      || coalesce(' WHERE ' || pg_get_expr(r.prqual, r.prrelid), '') -- since 15
      , ', ' order by r.prrelid::regclass::text)
    from pg_publication_rel r where r.prpubid = p.oid) as "tables",
  (select string_agg(quote_ident(n.nspname), ', ' order by n.nspname) from pg_publication_namespace s join pg_namespace n on n.oid = s.pnnspid where s.pnpubid = p.oid) as "schemas", -- since 15
  @comment(pg_publication, p.oid, 0) as "comment"
from pg_publication p

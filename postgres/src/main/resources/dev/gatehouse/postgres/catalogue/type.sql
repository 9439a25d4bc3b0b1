-- Arrays, rows of tables and multiranges come and go with what they are made for.
select case t.typtype when 'e' then 'enum' when 'd' then 'domain' when 'c' then 'composite type' when 'r' then 'range' else 'base type' end as kind,
  n.nspname as "schema", format('%I.%I', n.nspname, t.typname) as name,
  case t.typtype
    when 'e' then (select string_agg(quote_literal(e.enumlabel), ', ' order by e.enumsortorder) from pg_enum e where e.enumtypid = t.oid)
    when 'd' then format_type(t.typbasetype, t.typtypmod)
    when 'c' then (select string_agg(quote_ident(a.attname) || ' ' || format_type(a.atttypid, a.atttypmod)
        || coalesce(' COLLATE ' || @collation(nullif(a.attcollation, at.typcollation)), ''), ', ' order by a.attnum)
      from pg_attribute a join pg_type at on at.oid = a.atttypid where a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped)
    when 'r' then (select format('SUBTYPE = %s, SUBTYPE_OPCLASS = %I.%I', format_type(r.rngsubtype, null), cn.nspname, oc.opcname)
        || case when r.rngcollation <> 0 then ', COLLATION = ' || @collation(r.rngcollation) else '' end
        || case when r.rngcanonical <> 0 then ', CANONICAL = ' || r.rngcanonical else '' end
        || case when r.rngsubdiff <> 0 then ', SUBTYPE_DIFF = ' || r.rngsubdiff else '' end
        || ', MULTIRANGE_TYPE_NAME = ' || format_type(r.rngmultitypid, null)
      from pg_range r join pg_opclass oc on oc.oid = r.rngsubopc join pg_namespace cn on cn.oid = oc.opcnamespace where r.rngtypid = t.oid)
    else concat_ws(', ', t.typlen, t.typbyval, t.typcategory, t.typispreferred, t.typdelim, t.typinput, t.typoutput, t.typreceive, t.typsend,
      t.typmodin, t.typmodout, t.typanalyze, t.typalign, t.typstorage, t.typcollation <> 0, t.typdefault) end as definition,
  quote_ident(pg_get_userbyid(t.typowner)) as owner,
  @acl(t.typacl, 'T', t.typowner) as privileges,
  case when t.typtype = 'd' and t.typnotnull then 'yes' end as "notNull",
  case when t.typtype = 'd' then pg_get_expr(t.typdefaultbin, 'pg_type'::regclass) end as "default",
  case when t.typtype = 'd' and t.typcollation <> (select b.typcollation from pg_type b where b.oid = t.typbasetype) then @collation(t.typcollation) end as "collation",
  @comment(pg_type, t.oid, 0) as "comment"
from pg_type t
  join pg_namespace n on n.oid = t.typnamespace
where t.oid >= 16384 and @user(n) and not @extension(pg_type, t.oid) and t.typtype in ('b', 'c', 'd', 'e', 'p', 'r')
  and (t.typrelid = 0 or (select c.relkind from pg_class c where c.oid = t.typrelid) = 'c')
  and not exists (select from pg_type e where e.typarray = t.oid)

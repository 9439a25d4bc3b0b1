-- if any: pg_proc
-- The constructors of a range type come and go with the type.
select case p.prokind when 'a' then 'aggregate' when 'p' then 'procedure' else 'function' end as kind,
  n.nspname as "schema", p.oid::regprocedure::text as name,
  case when p.prokind = 'a'
    then pg_get_function_arguments(p.oid) || ' ' || ((to_jsonb(g) - '{aggfnoid,aggtranstype,aggmtranstype,aggsortop}'::text[])
      || jsonb_build_object('aggtranstype', format_type(g.aggtranstype, null), 'aggmtranstype', format_type(nullif(g.aggmtranstype, 0), null),
        'aggsortop', nullif(g.aggsortop, 0)::regoperator, 'parallel', p.proparallel))::text
    else pg_get_functiondef(p.oid) end as definition, true as defined, p.prosqlbody is null as verbatim,
  quote_ident(pg_get_userbyid(p.proowner)) as owner,
  @acl(p.proacl, 'f', p.proowner) as privileges,
  @comment(pg_proc, p.oid, 0) as "comment",
  @needs(pg_proc, p.oid) as "dependsOnExtension"
from pg_proc p
  join pg_namespace n on n.oid = p.pronamespace
  left join pg_aggregate g on g.aggfnoid = p.oid
where @user(n) and not @extension(pg_proc, p.oid)
  and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'i')

-- if any: pg_operator, pg_opfamily, pg_opclass
select 'operator' as kind, n.nspname as "schema", o.oid::regoperator::text as name,
  concat_ws(', ', 'FUNCTION = ' || o.oprcode, 'COMMUTATOR = ' || nullif(o.oprcom, 0)::regoperator, 'NEGATOR = ' || nullif(o.oprnegate, 0)::regoperator,
    'RESTRICT = ' || nullif(o.oprrest, 0)::regproc, 'JOIN = ' || nullif(o.oprjoin, 0)::regproc, case when o.oprcanhash then 'HASHES' end, case when o.oprcanmerge then 'MERGES' end) as definition,
  quote_ident(pg_get_userbyid(o.oprowner)) as owner, array[]::text[] as privileges, @comment(pg_operator, o.oid, 0) as "comment"
from pg_operator o join pg_namespace n on n.oid = o.oprnamespace where o.oprcode <> 0 and @user(n) and not @extension(pg_operator, o.oid)
union all
select 'operator family', n.nspname, format('%I.%I using %I', n.nspname, f.opfname, m.amname),
  concat_ws(', ',
    (select string_agg(format('OPERATOR %s %s%s', o.amopstrategy, o.amopopr::regoperator, case when o.amoppurpose = 'o' then ' FOR ORDER BY' else '' end), ', '
        order by o.amopstrategy, o.amopopr::regoperator::text) from pg_amop o where o.amopfamily = f.oid),
    (select string_agg(format('FUNCTION %s (%s, %s) %s', p.amprocnum, format_type(p.amproclefttype, null), format_type(p.amprocrighttype, null), p.amproc::regprocedure), ', '
        order by p.amprocnum, format_type(p.amproclefttype, null), format_type(p.amprocrighttype, null)) from pg_amproc p where p.amprocfamily = f.oid)),
  quote_ident(pg_get_userbyid(f.opfowner)), array[]::text[], @comment(pg_opfamily, f.oid, 0)
from pg_opfamily f join pg_namespace n on n.oid = f.opfnamespace join pg_am m on m.oid = f.opfmethod where @user(n) and not @extension(pg_opfamily, f.oid)
union all
select 'operator class', n.nspname, format('%I.%I using %I', n.nspname, c.opcname, m.amname),
  format('%sFOR TYPE %s FAMILY %I.%I%s', case when c.opcdefault then 'DEFAULT ' else '' end, format_type(c.opcintype, null), fn.nspname, f.opfname,
    ' STORAGE ' || format_type(nullif(c.opckeytype, 0), null)),
  quote_ident(pg_get_userbyid(c.opcowner)), array[]::text[], @comment(pg_opclass, c.oid, 0)
from pg_opclass c join pg_namespace n on n.oid = c.opcnamespace join pg_am m on m.oid = c.opcmethod
  join pg_opfamily f on f.oid = c.opcfamily join pg_namespace fn on fn.oid = f.opfnamespace
where @user(n) and not @extension(pg_opclass, c.oid)

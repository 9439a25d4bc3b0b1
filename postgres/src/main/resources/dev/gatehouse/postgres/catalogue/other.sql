select 'cast' as kind, '' as "schema", format('%s AS %s', format_type(c.castsource, null), format_type(c.casttarget, null)) as name,
  concat_ws(' ', case c.castmethod when 'f' then 'WITH FUNCTION ' || c.castfunc::regprocedure when 'i' then 'WITH INOUT' else 'WITHOUT FUNCTION' end,
    case c.castcontext when 'a' then 'AS ASSIGNMENT' when 'i' then 'AS IMPLICIT' end) as definition,
  '' as owner, array[]::text[] as privileges, @comment(pg_cast, c.oid, 0) as "comment"
from pg_cast c where c.oid >= 16384 and not @extension(pg_cast, c.oid)
  and not exists (select from pg_depend d where d.classid = 'pg_cast'::regclass and d.objid = c.oid and d.deptype = 'i')
union all
select 'language', '', quote_ident(l.lanname),
  concat_ws(' ', case when l.lanpltrusted then 'TRUSTED' end, nullif(l.lanplcallfoid, 0)::regproc, nullif(l.laninline, 0)::regproc, nullif(l.lanvalidator, 0)::regproc),
  quote_ident(pg_get_userbyid(l.lanowner)), @acl(l.lanacl, 'l', l.lanowner), @comment(pg_language, l.oid, 0)
from pg_language l where l.oid >= 16384 and not @extension(pg_language, l.oid)
union all
select 'access method', '', quote_ident(m.amname), concat_ws(' ', m.amtype, m.amhandler), '', array[]::text[], @comment(pg_am, m.oid, 0)
from pg_am m where m.oid >= 16384 and not @extension(pg_am, m.oid)
union all
select 'transform', '', format('for %s language %I', format_type(t.trftype, null), l.lanname),
  concat_ws(' ', nullif(t.trffromsql, 0)::regprocedure, nullif(t.trftosql, 0)::regprocedure), '', array[]::text[], @comment(pg_transform, t.oid, 0)
from pg_transform t join pg_language l on l.oid = t.trflang where t.oid >= 16384 and not @extension(pg_transform, t.oid)
union all
-- The version of a collation is the operating system's, not the database's; a dump keeps its encoding only as the database's own.
select 'collation', n.nspname, format('%I.%I', n.nspname, c.collname),
  (to_jsonb(c) - '{oid,collname,collnamespace,collowner,collversion,collencoding}'::text[])::text,
  quote_ident(pg_get_userbyid(c.collowner)), array[]::text[], @comment(pg_collation, c.oid, 0)
from pg_collation c join pg_namespace n on n.oid = c.collnamespace where @user(n) and not @extension(pg_collation, c.oid)
  and c.collencoding in (-1, (select d.encoding from pg_database d where d.datname = current_database()))
union all
select 'conversion', n.nspname, format('%I.%I', n.nspname, c.conname),
  format('%s%s TO %s FROM %s', case when c.condefault then 'DEFAULT ' else '' end, pg_encoding_to_char(c.conforencoding), pg_encoding_to_char(c.contoencoding), c.conproc),
  quote_ident(pg_get_userbyid(c.conowner)), array[]::text[], @comment(pg_conversion, c.oid, 0)
from pg_conversion c join pg_namespace n on n.oid = c.connamespace where @user(n) and not @extension(pg_conversion, c.oid)
union all
select 'statistics', n.nspname, format('%I.%I', n.nspname, s.stxname),
  pg_get_statisticsobjdef(s.oid) || coalesce(' TARGET ' || nullif(to_jsonb(s) ->> 'stxstattarget', '-1'), ''),
  quote_ident(pg_get_userbyid(s.stxowner)), array[]::text[], @comment(pg_statistic_ext, s.oid, 0)
from pg_statistic_ext s join pg_namespace n on n.oid = s.stxnamespace where @user(n) and not @extension(pg_statistic_ext, s.oid)
union all
select 'operator', n.nspname, o.oid::regoperator::text,
  concat_ws(', ', 'FUNCTION = ' || o.oprcode, 'COMMUTATOR = ' || nullif(o.oprcom, 0)::regoperator, 'NEGATOR = ' || nullif(o.oprnegate, 0)::regoperator,
    'RESTRICT = ' || nullif(o.oprrest, 0)::regproc, 'JOIN = ' || nullif(o.oprjoin, 0)::regproc, case when o.oprcanhash then 'HASHES' end, case when o.oprcanmerge then 'MERGES' end),
  quote_ident(pg_get_userbyid(o.oprowner)), array[]::text[], @comment(pg_operator, o.oid, 0)
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
union all
select 'text search configuration', n.nspname, format('%I.%I', n.nspname, c.cfgname),
  format('PARSER %I.%I', pn.nspname, p.prsname)
    || (select coalesce(string_agg(format(', %s: %s', k.alias, (select string_agg(e.mapdict::regdictionary::text, ' ' order by e.mapseqno) from pg_ts_config_map e where e.mapcfg = c.oid and e.maptokentype = k.tokid)), '' order by k.alias), '')
      from ts_token_type(c.cfgparser) k where exists (select from pg_ts_config_map e where e.mapcfg = c.oid and e.maptokentype = k.tokid)),
  quote_ident(pg_get_userbyid(c.cfgowner)), array[]::text[], @comment(pg_ts_config, c.oid, 0)
from pg_ts_config c join pg_namespace n on n.oid = c.cfgnamespace join pg_ts_parser p on p.oid = c.cfgparser join pg_namespace pn on pn.oid = p.prsnamespace
where @user(n) and not @extension(pg_ts_config, c.oid)
union all
select 'text search dictionary', n.nspname, format('%I.%I', n.nspname, d.dictname),
  concat_ws(', ', format('TEMPLATE %I.%I', tn.nspname, t.tmplname), d.dictinitoption), quote_ident(pg_get_userbyid(d.dictowner)), array[]::text[], @comment(pg_ts_dict, d.oid, 0)
from pg_ts_dict d join pg_namespace n on n.oid = d.dictnamespace join pg_ts_template t on t.oid = d.dicttemplate join pg_namespace tn on tn.oid = t.tmplnamespace
where @user(n) and not @extension(pg_ts_dict, d.oid)
union all
select 'text search template', n.nspname, format('%I.%I', n.nspname, t.tmplname), concat_ws(' ', nullif(t.tmplinit, 0)::regproc, t.tmpllexize), '', array[]::text[], @comment(pg_ts_template, t.oid, 0)
from pg_ts_template t join pg_namespace n on n.oid = t.tmplnamespace where @user(n) and not @extension(pg_ts_template, t.oid)
union all
select 'text search parser', n.nspname, format('%I.%I', n.nspname, p.prsname),
  concat_ws(' ', p.prsstart, p.prstoken, p.prsend, p.prsheadline, p.prslextype), '', array[]::text[], @comment(pg_ts_parser, p.oid, 0)
from pg_ts_parser p join pg_namespace n on n.oid = p.prsnamespace where @user(n) and not @extension(pg_ts_parser, p.oid)

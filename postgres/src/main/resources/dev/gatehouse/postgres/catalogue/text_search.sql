-- if any: pg_ts_config, pg_ts_dict, pg_ts_template, pg_ts_parser
select 'text search configuration' as kind, n.nspname as "schema", format('%I.%I', n.nspname, c.cfgname) as name,
  format('PARSER %I.%I', pn.nspname, p.prsname)
    || (select coalesce(string_agg(format(', %s: %s', k.alias, (select string_agg(e.mapdict::regdictionary::text, ' ' order by e.mapseqno) from pg_ts_config_map e where e.mapcfg = c.oid and e.maptokentype = k.tokid)), '' order by k.alias), '')
      from ts_token_type(c.cfgparser) k where exists (select from pg_ts_config_map e where e.mapcfg = c.oid and e.maptokentype = k.tokid)) as definition,
  quote_ident(pg_get_userbyid(c.cfgowner)) as owner, array[]::text[] as privileges, @comment(pg_ts_config, c.oid, 0) as "comment"
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

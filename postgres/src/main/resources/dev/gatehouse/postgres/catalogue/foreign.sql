-- if any: pg_foreign_data_wrapper
-- Options of user mappings are not read: they are passwords.
select 'foreign data wrapper' as kind, '' as "schema", quote_ident(w.fdwname) as name,
  concat_ws(' ', 'HANDLER ' || nullif(w.fdwhandler, 0)::regproc, 'VALIDATOR ' || nullif(w.fdwvalidator, 0)::regproc) as definition,
  quote_ident(pg_get_userbyid(w.fdwowner)) as owner, @acl(w.fdwacl, 'F', w.fdwowner) as privileges,
  @options(w.fdwoptions) as "options", @comment(pg_foreign_data_wrapper, w.oid, 0) as "comment"
from pg_foreign_data_wrapper w where not @extension(pg_foreign_data_wrapper, w.oid)
union all
select 'foreign server', '', quote_ident(s.srvname),
  concat_ws(' ', 'TYPE ' || quote_literal(s.srvtype), 'VERSION ' || quote_literal(s.srvversion), 'FOREIGN DATA WRAPPER ' || quote_ident(w.fdwname)),
  quote_ident(pg_get_userbyid(s.srvowner)), @acl(s.srvacl, 'S', s.srvowner),
  @options(s.srvoptions), @comment(pg_foreign_server, s.oid, 0)
from pg_foreign_server s join pg_foreign_data_wrapper w on w.oid = s.srvfdw where not @extension(pg_foreign_server, s.oid)
union all
select 'user mapping', '', format('for %s on %I', case when m.umuser = 0 then 'PUBLIC' else quote_ident(m.usename) end, m.srvname), '', '', array[]::text[], null, null
from pg_user_mappings m

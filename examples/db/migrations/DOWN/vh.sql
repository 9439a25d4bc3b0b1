drop view views.vh_linkage_status;
drop table vh.directive_links;
drop table vh.sensitive_terms;
delete from audit.migration_log where version = '2025-09-22';

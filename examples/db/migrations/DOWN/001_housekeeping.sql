drop view views.vh_linkage_status;
drop view views.eng_governance_summary;
drop table vh.directive_links;
drop table vh.sensitive_terms;
drop table eng.sensitive_decisions;
drop table eng.strategic_directives_v2;
drop function eng.directive_changed();

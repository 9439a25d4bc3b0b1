drop view views.eng_governance_summary;
drop table eng.sensitive_decisions;
drop table eng.strategic_directives_v2;
drop function eng.directive_changed();

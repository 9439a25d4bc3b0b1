create view views.eng_governance_summary as
select t.name as team, d.status, count(*) as directives
from eng.strategic_directives_v2 d join eng.teams t on t.id = d.team_id
where not d.confidential
group by t.name, d.status;

grant select on views.eng_governance_summary to analyst_ro;

create view views.vh_linkage_status as
select v.stage, count(distinct v.id) as ventures, count(l.directive_id) as links
from vh.ventures v left join vh.directive_links l on l.venture_id = v.id
group by v.stage;

grant select on views.vh_linkage_status to analyst_ro;

-- Fails where two ventures have one name, with V2 committed by then: Flyway commits each file by itself.
alter table vh.ventures add constraint ventures_name_key unique (name);

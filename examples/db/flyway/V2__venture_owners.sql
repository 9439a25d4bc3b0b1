-- Each venture has an owner of its own.
create table vh.venture_owners (
  venture_id integer primary key references vh.ventures,
  owner text not null
);
insert into vh.venture_owners select id, 'founder of ' || name from vh.ventures;

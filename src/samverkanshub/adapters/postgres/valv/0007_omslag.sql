-- Which generation of the key-encryption key has wrapped what. A generation stands here while anything may be wrapped by it;
-- the row is taken away before the key is destroyed, and whoever would still wrap by it is then refused by the database.

create table omslagsnyckel (
    nr integer primary key
);
insert into omslagsnyckel (nr) values (1);

alter table hemlighet add column generation integer not null default 1 references omslagsnyckel (nr);
alter table datanyckel add column generation integer not null default 1 references omslagsnyckel (nr);
alter table hemlighet alter column generation drop default;
alter table datanyckel alter column generation drop default;
create index hemlighet_generation on hemlighet (generation, name);
create index datanyckel_generation on datanyckel (generation, subject);

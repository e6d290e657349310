-- A person's data key may have versions: the newest seals, and each opens what it sealed. Number and reference are kept under the
-- newest, which `nyckelversion` names.

alter table datanyckel drop constraint datanyckel_pkey;
alter table datanyckel add primary key (subject, version);
alter table datanyckel add column skapad timestamptz not null default now();

alter table person add column nyckelversion integer not null default 1;
alter table person alter column nyckelversion drop default;

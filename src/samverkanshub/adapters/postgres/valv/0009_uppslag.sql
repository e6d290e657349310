-- Versions of the key that the persons' lookups are made with (`hemlighet` has the keys). The newest makes; while persons are looked
-- up by an older one, so are all who are asked for. A local reference is kept sealed under its person's own key, so that its
-- lookup can be made anew; a number is kept so already.

create table uppslag (
    version integer primary key,
    nyast   boolean not null
);
insert into uppslag (version, nyast) values (1, true);
create unique index uppslag_nyast on uppslag (nyast) where nyast;

alter table person add column lookup_version integer not null default 1 references uppslag (version);
alter table person alter column lookup_version drop default;
alter table person add column referens bytea not null default '';
create index person_lookup_version on person (lookup_version, person_id);

-- What `watch` works from: the steps of open duties by when they fall due, and persons by age class.

create table forfaller (
    partition integer not null,
    arende_id text    not null,
    plikt_id  text    not null,
    steg      text    not null,
    tid       bigint  not null,
    person_id text    not null,
    primary key (partition, arende_id, plikt_id, steg)
);
create index forfaller_tid on forfaller (partition, tid, arende_id, plikt_id, steg);

-- As the state says, for who was judged before: a projection made again has the same.
insert into forfaller
select a.partition, a.id, plikt ->> 'id', steg ->> 'namn', (steg ->> 'tid')::bigint, a.arende ->> 'person_id'
from (select partition, id, convert_from(state, 'UTF8')::json as arende from tillstand where kind = 'arende') a
cross join json_array_elements(a.arende -> 'plikter') as plikt
cross join json_array_elements(plikt -> 'steg') as steg
where (plikt ->> 'uppfylld')::bigint = 0
    and not (plikt -> 'tagna')::jsonb ? (steg ->> 'namn');

-- A person's age class beside the state: most persons are adults, and of no interest at midnight.
alter table tillstand add column aldersklass text not null default '';
update tillstand set aldersklass = convert_from(state, 'UTF8')::json ->> 'aldersklass' where kind = 'person';
create index tillstand_aldersklass on tillstand (partition, id)
    where aldersklass in ('0-11', '12-14', '15-17', 'okand');

-- How `watch` last stood with a partition: for health alone, nothing is decided from it.
create table watch_status (
    partition integer primary key,
    state     text not null,
    at        timestamptz not null default now()
);

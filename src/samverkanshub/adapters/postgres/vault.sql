-- name: nu
select (extract(epoch from clock_timestamp()) * 1000)::bigint as nu

-- name: secret
select wrapped from hemlighet where name = $1

-- name: put_secret
insert into hemlighet (name, wrapped) values ($1, $2) on conflict do nothing

-- name: subject_key
select version, wrapped from datanyckel where subject = $1

-- name: put_subject_key
insert into datanyckel (subject, version, wrapped) values ($1, $2, $3) on conflict do nothing

-- name: persons_by_lookup
select p.person_id, p.lookup, p.omrade, p.nummer, k.version, k.wrapped
from person p
join datanyckel k on k.subject = p.person_id::text
where p.lookup = any ($1::bytea[])

-- name: persons_by_id
select p.person_id, p.lookup, p.omrade, p.nummer, k.version, k.wrapped
from person p
join datanyckel k on k.subject = p.person_id::text
where p.person_id = any ($1::uuid[])

-- name: put_persons
-- One order of insertion for everybody, so that two that name the same persons wait for each other and never deadlock.
-- On the disk at the end: a server that dies before the claim must come back with the person that the claim will name.
with given as (
    select * from unnest($1::uuid[], $2::bytea[], $3::bytea[], $4::bytea[]) as g (person_id, lookup, nummer, wrapped)
), made as (
    insert into person (person_id, lookup, omrade, nummer)
    select person_id, lookup, $5, nummer from given order by lookup
    on conflict (lookup) do nothing
    returning person_id
)
insert into datanyckel (subject, version, wrapped)
select made.person_id::text, $6, given.wrapped
from made join given using (person_id)
returning subject

-- name: claim
insert into ansprak (aktor, id, handelse_id, digest, partitions, key, header_names, header_values, value)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
on conflict do nothing
returning true

-- name: standing
select * from ansprak where (aktor = $1 and id = $2) or handelse_id = $3

-- name: claimed
select * from ansprak where handelse_id = $1

-- name: use_token
-- With what is long expired of the same actor's. Measured against the token used, so that no clock but the caller's counts.
with fresh as (
    insert into token (aktor, jti, expires) values ($1, $2, $3) on conflict do nothing returning aktor
), purged as (
    delete from token
    where exists (select from fresh) and (aktor, jti) in (
        select t.aktor, t.jti from token t
        where t.aktor = $1 and t.expires < $4
        limit 100
        for update skip locked
    )
)
select aktor from fresh

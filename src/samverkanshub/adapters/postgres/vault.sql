-- name: nu
select (extract(epoch from clock_timestamp()) * 1000)::bigint as nu

-- name: secret
select generation, wrapped from hemlighet where name = $1

-- name: secrets_of
select name, generation from hemlighet where generation = any ($1::integer[])

-- name: put_secret
insert into hemlighet (name, wrapped, generation) values ($1, $2, $3) on conflict do nothing

-- name: enter
-- One older than the newest is one that has been destroyed: it never comes back.
insert into omslagsnyckel (nr)
select $1::integer where not exists (select from omslagsnyckel where nr >= $1::integer)
on conflict do nothing

-- name: subject_key
select version, generation, wrapped from datanyckel where subject = $1 order by version desc limit 1

-- name: put_subject_key
insert into datanyckel (subject, version, wrapped, generation) values ($1, $2, $3, $4) on conflict do nothing

-- name: mapping
select version, nyast from uppslag where version > 0 order by version

-- name: persons_by_lookup
-- Whoever is known, also without any key.
select p.person_id, p.lookup, p.omrade, p.nummer, p.referens, p.nyckelversion as version, k.generation, k.wrapped, (
    -- Of each person by itself, and never of all who are being erased.
    select true from radering r where r.person_id = p.person_id and r.steg in ('begard', 'skickad') limit 1
) is not null as raderas
from person p
left join datanyckel k on k.subject = p.person_id::text and k.version = p.nyckelversion
where p.lookup = any ($1::bytea[])

-- name: persons_by_id
select p.person_id, p.lookup, p.omrade, p.nummer, p.referens, k.version, k.generation, k.wrapped
from person p
join datanyckel k on k.subject = p.person_id::text and k.version = p.nyckelversion
where p.person_id = any ($1::uuid[])

-- name: born
select person_id, generation, wrapped from fodd where person_id = any ($1::uuid[])

-- name: put_persons
-- One order of insertion for everybody, so that two that name the same persons wait for each other and never deadlock.
-- On the disk at the end: a server that dies before the claim must come back with the person that the claim will name.
-- Nobody is made by a mapping key that is not the newest any more: they would not be found by who looks by the newer.
with given as (
    select * from unnest($1::uuid[], $2::bytea[], $3::bytea[], $4::bytea[], $9::bytea[], $10::bytea[])
    as g (person_id, lookup, nummer, wrapped, referens, fodd)
), newest as (
    select version from uppslag where version = $8 and nyast for share
), made as (
    insert into person (person_id, lookup, omrade, nummer, referens, lookup_version, nyckelversion)
    select person_id, lookup, $5, nummer, referens, version, $6 from given, newest order by lookup
    on conflict (lookup) do nothing
    returning person_id
), born as (
    insert into fodd (person_id, wrapped, generation)
    select made.person_id, given.fodd, $7
    from made join given using (person_id)
    where given.fodd is not null
)
insert into datanyckel (subject, version, wrapped, generation)
select made.person_id::text, $6, given.wrapped, $7
from made join given using (person_id)
returning subject

-- name: give_key
-- The person first: whoever erases them, or gives them another key, holds that row, and this one then finds nobody.
with given as (
    update person set nyckelversion = $3, nummer = $4, referens = $5
    where person_id = $1 and nyckelversion = $2
    returning person_id
), born as (
    insert into fodd (person_id, wrapped, generation)
    select person_id, $8::bytea, $7 from given where $8::bytea is not null
    on conflict (person_id) do update set wrapped = excluded.wrapped, generation = excluded.generation
)
insert into datanyckel (subject, version, wrapped, generation)
select person_id::text, $3, $6, $7 from given
returning subject

-- name: claim
select gor_ansprak($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) as svar

-- name: claim_anew
select gor_om_ansprak($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) as svar

-- name: standing
select a.*, false as raderas from ansprak a where (a.aktor = $1 and a.id = $2) or a.handelse_id = $3

-- name: claimed
select a.*, exists (
    select from radering r where r.person_id = any (a.personer) and r.steg in ('begard', 'skickad') and r.handelse_id <> a.handelse_id
) as raderas
from ansprak a
where a.handelse_id = $1

-- name: keys
select k.subject, k.version, k.generation, k.wrapped
from datanyckel k
where k.subject = any ($1::text[])

-- name: erased
select person_id from radering where person_id = any ($1::uuid[]) and steg in ('raderad', 'utford')

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

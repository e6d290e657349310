-- name: generations
select o.nr,
    (select count(*) from datanyckel d where d.generation = o.nr)
    + (select count(*) from hemlighet h where h.generation = o.nr)
    + (select count(*) from fodd f where f.generation = o.nr) as antal
from omslagsnyckel o
order by o.nr

-- name: data_keys
select generation, count(*) as antal from datanyckel group by generation

-- name: births
select generation, count(*) as antal from fodd group by generation

-- name: secrets
select name, generation from hemlighet order by name

-- name: enter
-- One older than the newest is one that has been destroyed: it never comes back.
insert into omslagsnyckel (nr)
select $1::integer where not exists (select from omslagsnyckel where nr >= $1::integer)
on conflict do nothing

-- name: keys_to_rewrap
select subject, version, generation, wrapped from datanyckel
where generation = any ($1::integer[])
order by generation, subject
limit $2
for no key update

-- name: rewrap_keys
update datanyckel d set wrapped = g.wrapped, generation = $1
from unnest($2::text[], $3::integer[], $4::bytea[]) as g (subject, version, wrapped)
where d.subject = g.subject and d.version = g.version

-- name: secrets_to_rewrap
select name, generation, wrapped from hemlighet
where generation = any ($1::integer[])
order by generation, name
for no key update

-- name: rewrap_secrets
update hemlighet h set wrapped = g.wrapped, generation = $1
from unnest($2::text[], $3::bytea[]) as g (name, wrapped)
where h.name = g.name

-- name: births_to_rewrap
select person_id, generation, wrapped from fodd
where generation = any ($1::integer[])
order by generation, person_id
limit $2
for no key update

-- name: rewrap_births
update fodd f set wrapped = g.wrapped, generation = $1
from unnest($2::uuid[], $3::bytea[]) as g (person_id, wrapped)
where f.person_id = g.person_id

-- name: strike
delete from omslagsnyckel where nr = $1

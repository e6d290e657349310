-- name: old
select p.person_id, p.lookup, p.omrade, p.nummer, p.referens, k.version, k.generation, k.wrapped
from person p
join datanyckel k on k.subject = p.person_id::text and k.version = p.nyckelversion
where k.skapad < now() - $1::integer * interval '1 day' and p.person_id > $3
order by p.person_id
limit $2
for no key update of p

-- name: add
insert into datanyckel (subject, version, wrapped, generation)
select subject, version, wrapped, $4
from unnest($1::text[], $2::integer[], $3::bytea[]) as g (subject, version, wrapped)

-- name: renew
update person p set nyckelversion = g.version, nummer = g.nummer, referens = g.referens
from unnest($1::uuid[], $2::integer[], $3::bytea[], $4::bytea[]) as g (person_id, version, nummer, referens)
where p.person_id = g.person_id

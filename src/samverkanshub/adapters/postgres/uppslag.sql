-- name: in_use
select u.version, (select count(*) from person p where p.lookup_version = u.version) as antal
from uppslag u
order by u.version

-- name: turn
-- Waits for whoever makes somebody by the one that is newest now; whoever comes after this makes nobody by it.
update uppslag set nyast = false where nyast

-- name: begin
insert into uppslag (version, nyast) values ($1, true)

-- name: to_make_anew
select p.person_id, p.lookup, p.omrade, p.nummer, p.referens, k.version, k.generation, k.wrapped
from person p
join datanyckel k on k.subject = p.person_id::text and k.version = p.nyckelversion
where p.lookup_version < $1 and p.person_id > $3 and (p.nummer <> '' or p.referens <> '')
order by p.person_id
limit $2
for no key update of p

-- name: make_anew
update person p set lookup = g.lookup, lookup_version = $1
from unnest($2::uuid[], $3::bytea[]) as g (person_id, lookup)
where p.person_id = g.person_id

-- name: retire
delete from uppslag u
where not u.nyast and not exists (select from person p where p.lookup_version = u.version)
returning u.version

-- name: forget
delete from hemlighet where name = any ($1::text[])

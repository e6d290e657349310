-- name: missing
select p.person_id, p.lookup, p.omrade, p.nummer, p.referens, k.version, k.generation, k.wrapped
from person p
join datanyckel k on k.subject = p.person_id::text and k.version = p.nyckelversion
where p.person_id > $1 and p.nummer <> '' and not exists (select from fodd f where f.person_id = p.person_id)
order by p.person_id
limit $2

-- name: put
-- Whoever erases the person holds the row, and this one then finds nobody.
insert into fodd (person_id, wrapped, generation)
select p.person_id, g.wrapped, $3
from unnest($1::uuid[], $2::bytea[]) as g (person_id, wrapped)
join person p using (person_id)
for key share of p
on conflict do nothing

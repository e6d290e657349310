-- name: missing
-- Of whom it is not there, or wrapped by a generation that nobody has any more. Whose own key cannot be opened here keeps nobody waiting.
select p.person_id, p.lookup, p.omrade, p.nummer, p.referens, k.version, k.generation, k.wrapped
from person p
join datanyckel k on k.subject = p.person_id::text and k.version = p.nyckelversion
left join fodd f on f.person_id = p.person_id
where p.person_id > $1 and p.nummer <> '' and (f.person_id is null or f.generation = any ($3::integer[]))
and k.generation = any ($4::integer[])
order by p.person_id
limit $2

-- name: enter
-- One older than the newest is one that has been destroyed: it never comes back.
insert into omslagsnyckel (nr)
select $1::integer where not exists (select from omslagsnyckel where nr >= $1::integer)
on conflict do nothing

-- name: put
-- Whoever erases the person holds the row, and this one then finds nobody. What somebody can read is left as it is.
insert into fodd (person_id, wrapped, generation)
select p.person_id, g.wrapped, $3
from unnest($1::uuid[], $2::bytea[]) as g (person_id, wrapped)
join person p using (person_id)
order by p.person_id
for key share of p
on conflict (person_id) do update set wrapped = excluded.wrapped, generation = excluded.generation
where fodd.generation = any ($4::integer[])

-- name: unread
select count(*) as antal
from person p
left join fodd f on f.person_id = p.person_id
where p.nummer <> '' and (f.generation is null or f.generation <> all ($1::integer[]))

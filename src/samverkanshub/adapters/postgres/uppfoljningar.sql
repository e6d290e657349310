-- name: place
select position from uppfoljning where partition = $1

-- name: places
select partition, position, tid from uppfoljning order by partition

-- name: rows
select found.*
from unnest($2::integer[], $3::text[]) as asked (ar, person_id)
join uppfoljning_person found
    on found.ar = asked.ar and found.partition = $1 and found.person_id = asked.person_id

-- name: advance
-- The row is locked by who finds it where it began; nobody else's figures are added to.
insert into uppfoljning (partition, position, tid)
select $1, $3, $4 where $2 = 0::bigint or exists (select from uppfoljning where partition = $1)
on conflict (partition) do update set position = excluded.position, tid = excluded.tid
    where uppfoljning.position = $2
returning partition

-- name: keep_persons
insert into uppfoljning_person
select r.* from jsonb_populate_recordset(null::uppfoljning_person, $1) r
on conflict (ar, partition, person_id) do update set
    kon = excluded.kon, alder = excluded.alder, kommun = excluded.kommun, grupper = excluded.grupper,
    vald = excluded.vald, fragor = excluded.fragor, bedomningar = excluded.bedomningar, misstankar = excluded.misstankar

-- name: keep_figures
insert into uppfoljning_tal
select r.* from jsonb_populate_recordset(null::uppfoljning_tal, $1) r
on conflict (ar, rakning, blad, mitt, varde, partition) do update set antal = uppfoljning_tal.antal + excluded.antal

-- name: years
select distinct ar from uppfoljning_tal where antal <> 0 order by ar

-- name: figures
select blad, mitt, varde, sum(antal)::bigint as antal
from uppfoljning_tal
where ar = $1 and rakning = $2
group by blad, mitt, varde
having sum(antal) <> 0

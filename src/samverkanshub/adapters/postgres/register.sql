-- name: place
select position from register where partition = $1

-- name: places
select partition, position from register

-- name: advance
-- The row is locked by who finds it where it began; nobody else's figures are added to.
insert into register (partition, position)
select $1, $3 where $2 = 0::bigint or exists (select from register where partition = $1)
on conflict (partition) do update set position = excluded.position
    where register.position = $2
returning partition

-- name: keep_undanhallet
insert into register_undanhallet
select r.* from jsonb_populate_recordset(null::register_undanhallet, $1) r
on conflict (aktor, dag, lasargrupp, regel, skal, partition) do update set
    beslut = register_undanhallet.beslut + excluded.beslut,
    uppgifter = register_undanhallet.uppgifter + excluded.uppgifter

-- name: keep_oppningar
insert into register_oppning select r.* from jsonb_populate_recordset(null::register_oppning, $1) r

-- name: keep_oppnat
insert into register_oppnat
select r.aktor, r.anvandare, person_id, r.tid, r.partition, r."offset"
from jsonb_populate_recordset(null::register_oppning, $1) r
cross join unnest(r.personer) as person_id

-- name: keep_samtycken
insert into register_samtycke select r.* from jsonb_populate_recordset(null::register_samtycke, $1) r

-- name: keep_regler
insert into register_regel select r.* from jsonb_populate_recordset(null::register_regel, $1) r

-- name: undanhallet
select dag, lasargrupp, regel, skal, sum(beslut)::bigint as beslut, sum(uppgifter)::bigint as uppgifter
from register_undanhallet
where aktor = $1 and dag >= $2 and dag < $3
group by dag, lasargrupp, regel, skal

-- name: oppningar
select o.*
from register_oppning o
join unnest($5::integer[], $6::bigint[]) as before (partition, position)
    on before.partition = o.partition and o."offset" < before.position
where o.aktor = $1 and o.tid >= $2 and o.tid < $3 and (o.tid, o.partition, o."offset") > ($7, $8, $9)
order by o.tid, o.partition, o."offset"
limit $4

-- name: oppningar_av
select o.*
from register_oppning o
join unnest($5::integer[], $6::bigint[]) as before (partition, position)
    on before.partition = o.partition and o."offset" < before.position
where o.aktor = $1 and o.anvandare = $10 and o.tid >= $2 and o.tid < $3
    and (o.tid, o.partition, o."offset") > ($7, $8, $9)
order by o.tid, o.partition, o."offset"
limit $4

-- name: oppnat
select asked.anvandare, asked.person_id, found.antal
from unnest($6::text[], $7::text[]) as asked (anvandare, person_id)
cross join lateral (
    select count(*) as antal
    from register_oppnat o
    join unnest($4::integer[], $5::bigint[]) as before (partition, position)
        on before.partition = o.partition and o."offset" < before.position
    where o.aktor = $1 and o.anvandare = asked.anvandare and o.person_id = asked.person_id
        and o.tid >= $2 and o.tid < $3
) as found
where found.antal > 0

-- name: samtycken
select s.*
from register_samtycke s
join unnest($5::integer[], $6::bigint[]) as before (partition, position)
    on before.partition = s.partition and s."offset" < before.position
where s.aktor = $1 and s.till >= $2 and s.till < $3 and (s.till, s.partition, s."offset") > ($7, $8, $9)
order by s.till, s.partition, s."offset"
limit $4

-- name: citing
select plats
from register_regel r
cross join unnest(r.platser) as plats
where r.aktor = $1 and r.regel = $2 and r.partition = $3 and r.sista >= $4 and plats >= $4 and plats < $5
order by r.sista, plats
limit $6

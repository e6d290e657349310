-- name: place
select position from ansprak_jamfort where partition = $1

-- name: advance
-- The row is locked by who finds it where it began; nobody finds anything twice.
insert into ansprak_jamfort (partition, position)
select $1, $3 where $2 = 0::bigint or exists (select from ansprak_jamfort where partition = $1)
on conflict (partition) do update set position = excluded.position
    where ansprak_jamfort.position = $2
returning partition

-- name: keep
insert into ansprak_fynd (partition, "offset", vad)
select $1, one.plats, one.vad from unnest($2::bigint[], $3::text[]) as one (plats, vad)

-- name: places
-- The first that is left is where it has come to, and a decision stands on everything that is judged.
select p.partition, greatest(p.position - coalesce(j.position, 0), 0) as kvar,
    coalesce(greatest((extract(epoch from clock_timestamp()) * 1000)::bigint - b.tid, 0), 0) as kvar_ms
from position p
left join ansprak_jamfort j on j.partition = p.partition
left join beslut b on b.partition = p.partition and b."offset" = coalesce(j.position, 0)
order by p.partition

-- name: counts
select partition, vad, count(*) as antal,
    (extract(epoch from clock_timestamp() - max(funnet)) * 1000)::bigint as funnet_ms
from ansprak_fynd
group by partition, vad
order by partition, vad

-- name: latest
select f.partition, f."offset", f.vad
from position p
cross join lateral (
    select * from ansprak_fynd one where one.partition = p.partition order by one."offset" desc limit $1
) as f
order by f.partition, f."offset" desc

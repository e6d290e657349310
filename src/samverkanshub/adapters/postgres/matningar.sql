-- name: nu
select (extract(epoch from clock_timestamp()) * 1000)::bigint as nu

-- name: keep
with gone as (
    -- What is of the future is of a clock that has been set back since.
    delete from matning where at < now() - $1::bigint * interval '1 millisecond' or at > now()
), stood as (
    insert into klocka (vem, fore_ms, inom_ms) values ($2, $3, $4)
    on conflict (vem) do update set fore_ms = excluded.fore_ms, inom_ms = excluded.inom_ms, at = excluded.at
)
insert into matning (amne, partition, slut, byte, lasare, plats, hors, forsta)
select * from unnest(
    $5::text[], $6::integer[], $7::bigint[], $8::bigint[], $9::text[], $10::bigint[], $11::boolean[], $12::bigint[]
)
-- Two who measure at the very same moment measure the same.
on conflict do nothing

-- name: rader
select amne, partition, slut, byte, lasare, plats, hors, forsta, (extract(epoch from at) * 1000)::bigint as tid
from matning
order by at, amne collate "C", partition, lasare collate "C"

-- name: klockor
select vem, fore_ms, inom_ms, greatest(extract(epoch from clock_timestamp() - at) * 1000, 0)::bigint as age_ms
from klocka
order by vem collate "C"

-- name: vantar
with gone as (
    -- The last of each partition stays, to tell of.
    delete from verkan v using position p
    where p.partition = v.partition and v."offset" < p.position
        and (v.vid is null or v.vid < now() - interval '1 day')
        and v."offset" < (select max(w."offset") from verkan w where w.partition = v.partition and w.vid is not null)
)
insert into verkan (partition, "offset", tid)
select * from unnest($1::integer[], $2::bigint[], $3::bigint[])
on conflict do nothing

-- name: verkan
-- What is found waiting behind the gate was judged before it was noted.
select p.partition,
    coalesce((
        select greatest(extract(epoch from v.vid) * 1000 - v.tid, 0) from verkan v
        where v.partition = p.partition and v.vid is not null
        order by v."offset" desc
        limit 1
    ), -1)::bigint as senaste_ms,
    coalesce((
        select max(greatest(extract(epoch from v.vid) * 1000 - v.tid, 0)) from verkan v
        where v.partition = p.partition and v.vid > now() - interval '1 day'
    ), -1)::bigint as storst_ms,
    waiting.antal as vantar,
    coalesce(greatest(extract(epoch from clock_timestamp()) * 1000 - waiting.forst, 0), 0)::bigint as aldst_ms
from position p
cross join lateral (
    select count(*) as antal, min(v.tid) as forst from verkan v
    where v.partition = p.partition and v.vid is null and v."offset" >= p.position
) as waiting
order by p.partition

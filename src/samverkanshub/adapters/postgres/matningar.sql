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

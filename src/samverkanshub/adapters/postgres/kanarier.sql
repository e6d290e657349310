-- name: sand
insert into kanarie (partition, handelse_id) values ($1, $2)
on conflict do nothing
returning (extract(epoch from sand) * 1000)::bigint as nu

-- name: steg
update kanarie set
    "offset" = greatest("offset", $4::bigint),
    loggad = case when $3 = 'loggad' then coalesce(loggad, clock_timestamp()) else loggad end,
    domd = case when $3 = 'domd' then coalesce(domd, clock_timestamp()) else domd end,
    inkorg = case when $3 = 'inkorg' then coalesce(inkorg, clock_timestamp()) else inkorg end,
    notis = case when $3 = 'notis' then coalesce(notis, clock_timestamp()) else notis end,
    framme = framme or $3 = 'notis'
where partition = $1 and handelse_id = $2
returning (extract(epoch from clock_timestamp()) * 1000)::bigint as nu

-- name: framme
-- Once it has arrived, nobody who finds it later makes it late.
update kanarie set framme = true, sen = sand < clock_timestamp() - $3::bigint * interval '1 millisecond'
where partition = $1 and handelse_id = $2 and not framme

-- name: ute
select partition, handelse_id, "offset" from kanarie
where not framme and ("offset" >= 0 or sand > now() - interval '1 hour')
order by sand, partition
limit 1000

-- name: lage
with told as (
    select k.*, k.sen or coalesce(k.notis - k.sand > grans.tid, false)
        or (not k.framme and k.sand < clock_timestamp() - grans.tid) as forlorad
    from kanarie k
    cross join (select $1::bigint * interval '1 millisecond' as tid) as grans
), counted as (
    select partition, count(*) as sanda, count(*) filter (where framme and not forlorad) as framme,
        count(*) filter (where forlorad) as forlorade,
        count(*) filter (where forlorad and sand > clock_timestamp() - interval '1 hour') as forlorade_timme,
        count(*) filter (where not framme and not forlorad) as ute,
        percentile_disc(0.99) within group (order by extract(epoch from notis - sand) * 1000)
            filter (where notis > clock_timestamp() - interval '1 hour') as p99,
        max(sand) as sand_sist, max(coalesce(notis, sand)) filter (where framme) as framme_sist, min(sand) as sand_forst
    from told
    group by partition
)
select coalesce(c.partition, s.partition) as partition,
    (coalesce(c.sanda, 0) + coalesce(s.sanda, 0))::bigint as sanda,
    (coalesce(c.framme, 0) + coalesce(s.framme, 0))::bigint as framme,
    (coalesce(c.forlorade, 0) + coalesce(s.forlorade, 0))::bigint as forlorade,
    coalesce(c.ute, 0) as ute,
    coalesce(last.steg, array[]::bigint[]) as steg,
    coalesce(last.steg[4], -1) as senaste_ms,
    coalesce(c.p99, -1)::bigint as p99_ms,
    case when c.sand_sist is null then -1 else greatest(extract(epoch from clock_timestamp() - c.sand_sist) * 1000, 0) end::bigint
        as sand_for_ms,
    case when c.framme_sist is null then -1 else greatest(extract(epoch from clock_timestamp() - c.framme_sist) * 1000, 0) end::bigint
        as framme_for_ms,
    coalesce(c.forlorade_timme, 0) as forlorade_timme,
    case when c.sand_forst is null then -1
        else greatest(extract(epoch from clock_timestamp() - coalesce(c.framme_sist, c.sand_forst)) * 1000, 0) end::bigint
        as utan_ms
from counted c
full join kanarie_summa s on s.partition = c.partition
left join lateral (
    select array[
        coalesce(extract(epoch from k.loggad - k.sand) * 1000, -1),
        coalesce(extract(epoch from k.domd - k.sand) * 1000, -1),
        coalesce(extract(epoch from k.inkorg - k.sand) * 1000, -1), extract(epoch from k.notis - k.sand) * 1000
    ]::bigint[] as steg
    from kanarie k
    where k.partition = c.partition and k.notis is not null
    order by k.sand desc
    limit 1
) as last on true
order by 1

-- name: samla
-- The last to arrive stays, to tell of.
with gone as (
    delete from kanarie k
    where k.sand < now() - interval '1 day' and k.handelse_id not in (
        select distinct on (partition) handelse_id from kanarie where framme order by partition, sand desc
    )
    returning k.partition,
        k.framme and not k.sen and coalesce(k.notis - k.sand <= $1::bigint * interval '1 millisecond', true) as kom
)
insert into kanarie_summa (partition, sanda, framme, forlorade)
select partition, count(*), count(*) filter (where kom), count(*) filter (where not kom) from gone group by partition
on conflict (partition) do update set
    sanda = kanarie_summa.sanda + excluded.sanda,
    framme = kanarie_summa.framme + excluded.framme,
    forlorade = kanarie_summa.forlorade + excluded.forlorade

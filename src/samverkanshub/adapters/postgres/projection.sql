-- name: judgement
select * from beslut
where handelse_id = $1 and handelse_id <> '' and status <> 'upprepning'
order by partition, "offset"
limit 1

-- name: judged_at
select * from beslut where partition = $1 and "offset" = $2

-- name: judged
select * from beslut where partition = $1 and "offset" >= $2 and "offset" < $3 order by "offset"

-- name: position
select position from position where partition = $1

-- name: positions
select partition, position, epoch, notified from position order by partition

-- name: gate_states
select partition, state, code, greatest(extract(epoch from now() - at) * 1000, 0)::bigint as age_ms
from gate_status
order by partition

-- name: inbox
select found.*
from position p
left join unnest($2::integer[], $3::bigint[], $4::integer[]) as mark (partition, "offset", nr)
    on mark.partition = p.partition
cross join lateral (
    select * from inkorg i
    where i.lasargrupp = $1 and i.partition = p.partition and not i.withdrawn
        and (i."offset", i.nr) > (coalesce(mark."offset", -1), coalesce(mark.nr, -1))
    order by i."offset", i.nr
    limit $5
) as found
order by found.partition, found."offset", found.nr
limit $5

-- name: latest
select * from inkorg
where lasargrupp = $1 and not withdrawn and (tid, partition, "offset", nr) < ($3, $4, $5, $6)
order by tid desc, partition desc, "offset" desc, nr desc
limit $2

-- name: sent
-- Each type's by index, so that a page costs a page however much else was sent.
select found.*
from unnest($2::text[]) as asked (typ)
cross join lateral (
    select * from beslut b
    where b.lasargrupp = $1 and b.typ = asked.typ and (b.tid, b.partition, b."offset") < ($4, $5, $6)
        and b.typ not in ('kvittens', 'oppning_begard') and b.status <> 'upprepning'
        and not exists (
            select from beslut earlier
            where earlier.handelse_id = b.handelse_id and earlier.handelse_id <> '' and earlier.status <> 'upprepning'
                and (earlier.partition, earlier."offset") < (b.partition, b."offset")
        )
    order by b.tid desc, b.partition desc, b."offset" desc
    limit $3
) as found
order by found.tid desc, found.partition desc, found."offset" desc
limit $3

-- name: steps_of
select "offset", leverans_id, handelse_id, slag, tid from leveranshandelse where leverans_id = any ($1::text[])

-- name: delivery
select * from inkorg
where leverans_id = $1
order by partition desc, "offset" desc, nr desc
limit 1

-- name: delivery_events
select "offset", leverans_id, handelse_id, slag, tid
from leveranshandelse
where handelse_id = $1
order by partition, "offset", leverans_id, slag

-- name: delivery_events_at
select "offset", leverans_id, handelse_id, slag, tid
from leveranshandelse
where partition = $1 and "offset" = $2
order by leverans_id, slag

-- name: traces_at
select "offset", slag, id from spar where partition = $1 and "offset" = $2 order by slag collate "C", id collate "C"

-- name: traces
select "offset", slag, id
from spar
where partition = $1 and "offset" >= $2 and "offset" < $3
order by "offset", slag collate "C", id collate "C"

-- name: traced
-- The log's time only grows: where days begin and end in it is found by halving, so that other days cost nothing. Times are
-- held to them again, but never looked for: `+ 0` keeps the index on them, which is coarse, out of it. `offset 0` keeps all
-- that `within` has from being read to ask of a few. Where the last page ended is a bound of the index as well, so that what
-- was read before costs nothing either.
with recursive halved as (
    select p.partition, ends.till, ends.tid,
        case when ends.tid >= 4611686018427387904 then p.position else 0 end as lo,
        case when ends.tid <= 0 then 0 else p.position end as hi
    from position p
    cross join (values (false, $6::bigint), (true, $7::bigint)) as ends (till, tid)
    where $10::integer is null or p.partition = $10
    union all
    select h.partition, h.till, h.tid, case when earlier then mid + 1 else h.lo end, case when earlier then h.hi else mid end
    from halved h
    cross join lateral (select (h.lo + h.hi) / 2 as mid) as middle
    left join beslut b on b.partition = h.partition and b."offset" = mid
    cross join lateral (select coalesce(b.tid < h.tid, h.till) as earlier) as side
    where h.lo < h.hi
), span as (
    select partition, max(lo) filter (where not till) as fran, max(lo) filter (where till) as till
    from halved
    where lo >= hi
    group by partition
)
select found.*
from span
cross join lateral (
    select b.*
    from spar s
    join beslut b on b.partition = s.partition and b."offset" = s."offset"
    where s.slag = $1 and s.id = $2 and s.partition = span.partition
        and s."offset" >= greatest(span.fran, case when span.partition = $4 then $5::bigint + 1 end) and s."offset" < span.till
        and span.partition >= $4 and b.tid + 0 >= $6 and b.tid + 0 < $7
        and ($8::text is null or exists (
            select from spar w
            where w.slag = $8 and w.id = $9 and w.partition = s.partition and w."offset" = s."offset"
            offset 0
        ))
    order by s."offset"
    limit $3
) as found
order by found.partition, found."offset"
limit $3

-- name: spans
-- Halved as in `traced`.
with recursive halved as (
    select p.partition, ends.till, ends.tid,
        case when ends.tid >= 4611686018427387904 then p.position else 0 end as lo,
        case when ends.tid <= 0 then 0 else p.position end as hi
    from position p
    cross join (values (false, $1::bigint), (true, $2::bigint)) as ends (till, tid)
    union all
    select h.partition, h.till, h.tid, case when earlier then mid + 1 else h.lo end, case when earlier then h.hi else mid end
    from halved h
    cross join lateral (select (h.lo + h.hi) / 2 as mid) as middle
    left join beslut b on b.partition = h.partition and b."offset" = mid
    cross join lateral (select coalesce(b.tid < h.tid, h.till) as earlier) as side
    where h.lo < h.hi
), span as (
    select partition, max(lo) filter (where not till) as fran, max(lo) filter (where till) as till
    from halved
    where lo >= hi
    group by partition
)
select partition, fran, till
from span
order by partition

-- name: judgements
select b.*
from unnest($1::integer[], $2::bigint[]) as asked (partition, "offset")
join beslut b on b.partition = asked.partition and b."offset" = asked."offset"
order by b.partition, b."offset"

-- name: happened_to
select distinct leverans_id from leveranshandelse where leverans_id = any ($1::text[]) and slag = any ($2::text[])

-- name: quarantined
select * from karantan where partition = $1 and "offset" = $2

-- name: quarantine
select * from karantan where partition = $1 order by "offset"

-- name: due
select arende_id, plikt_id, steg, tid, person_id
from forfaller
where partition = $1 and tid <= $2 and (tid, arende_id, plikt_id, steg) > ($4, $5, $6, $7)
order by tid, arende_id, plikt_id, steg
limit $3

-- name: duties
-- Each recipient's rows by index, so that a page costs a page however much others owe.
select distinct found.*
from unnest($1::text[]) as asked (mottagare)
cross join lateral (
    select tid, partition, arende_id, plikt_id
    from oppen_plikt o
    where o.mottagare = asked.mottagare and ($3 = '' or o.slag = $3)
        and (o.tid, o.partition, o.arende_id, o.plikt_id) > ($4, $5, $6, $7)
    order by o.tid, o.partition, o.arende_id, o.plikt_id
    limit $2
) as found
order by tid, partition, arende_id, plikt_id
limit $2

-- name: andelar
with clock as (
    select (extract(epoch from now()) * 1000)::bigint as now
), found as materialized (
    select b.partition, b."offset", b.tid >= clock.now - 86400000 as nu
    from beslut b, clock
    where b.tid >= clock.now - ($2::bigint + 1) * 86400000 and b.status = 'dom' and b.typ = any ($1::text[])
)
select '' as regel, count(*) filter (where nu) as nu, count(*) filter (where not nu) as forr from found
union all
select s.id, count(*) filter (where f.nu), count(*) filter (where not f.nu)
from found f
join spar s on s.partition = f.partition and s."offset" = f."offset" and s.slag = 'undanhallet' and s.id <> '*'
group by s.id

-- name: obekraftade
-- A report to a child unit and to the socialjour is two duties, and one report.
select coalesce(ort.kommun, '') as kommun,
    count(distinct (o.partition, o.arende_id, o.fran)) as antal,
    count(distinct (o.partition, o.arende_id, o.fran)) filter (where o.tid <= clock.now) as forsenade,
    greatest(clock.now - coalesce(min(nullif(o.fran, 0)), clock.now), 0) as alder_ms,
    clock.now - min(o.tid) as over_ms
from oppen_plikt o
cross join (select (extract(epoch from now()) * 1000)::bigint as now) as clock
left join unnest($1::text[], $2::text[]) as ort (enhet, kommun)
    on ort.enhet = o.mottagare and ort.kommun = any (string_to_array(o.orter, ','))
where o.orter <> ''
group by 1, clock.now

-- name: growing
select id as person_id, aldersklass
from tillstand
where partition = $1 and aldersklass in ('0-11', '12-14', '15-17', 'okand') and id > $2
order by id
limit $3

-- name: watch_states
select partition, state, greatest(extract(epoch from now() - at) * 1000, 0)::bigint as age_ms
from watch_status
order by partition

-- name: leaves
select "offset", record_digest, digest
from beslut
where partition = $1 and "offset" >= $2 and "offset" < $3
order by "offset"

-- name: notary_states
select partition, size, state, code, greatest(extract(epoch from now() - at) * 1000, 0)::bigint as age_ms
from notarie
order by partition

-- name: signing
select coalesce(p.partition, n.partition) as partition, coalesce(p.position, 0) as position, coalesce(n.size, 0) as size,
    greatest(coalesce(extract(epoch from now()) * 1000 - b.tid, 0), 0)::bigint as unsigned_ms,
    greatest(coalesce(extract(epoch from now() - n.frisk) * 1000, 0), 0)::bigint as unwell_ms
from position p
full join notarie n on n.partition = p.partition
left join beslut b on b.partition = coalesce(p.partition, n.partition) and b."offset" = coalesce(n.size, 0)
order by partition

-- name: state
select state from tillstand where partition = $1 and kind = $2 and id = $3

-- name: states
select t.kind, t.id, t.state
from unnest($2::text[], $3::text[]) as asked (kind, id)
join tillstand t on t.partition = $1 and t.kind = asked.kind and t.id = asked.id

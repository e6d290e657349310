-- name: assign
insert into position (partition, position, epoch, notified, last_digest)
values ($1, 0, 1, 0, '')
on conflict (partition) do update set epoch = position.epoch + 1
returning position, epoch, notified, last_digest

-- name: states
select t.kind, t.id, t.state
from unnest($2::text[], $3::text[]) as asked (kind, id)
join tillstand t on t.partition = $1 and t.kind = asked.kind and t.id = asked.id

-- name: seen
select s.aktor, s.handelse_id
from unnest($2::text[], $3::text[]) as asked (aktor, handelse_id)
join sedd s on s.partition = $1 and s.aktor = asked.aktor and s.handelse_id = asked.handelse_id

-- name: advance
with there as (
    update position set position = $4, last_digest = $5
    where partition = $1 and epoch = $2 and position = $3
    returning position
), due as (
    delete from forfaller f using unnest($6::text[], $7::text[]) as changed (arende_id, plikt_id)
    where f.partition = $1 and f.arende_id = changed.arende_id and f.plikt_id = changed.plikt_id
        and exists (select from there)
), listed as (
    delete from oppen_plikt o using unnest($6::text[], $7::text[]) as changed (arende_id, plikt_id)
    where o.partition = $1 and o.arende_id = changed.arende_id and o.plikt_id = changed.plikt_id
        and exists (select from there)
)
select position from there

-- name: put
with states as (
    insert into tillstand (partition, kind, id, state, aldersklass)
    select $1, * from unnest($2::text[], $3::text[], $4::bytea[], $5::text[])
    on conflict (partition, kind, id) do update set state = excluded.state, aldersklass = excluded.aldersklass
), seen as (
    insert into sedd select * from unnest($6::sedd[])
), decisions as (
    insert into beslut select * from unnest($7::beslut[])
), inbox as (
    insert into inkorg select * from unnest($8::inkorg[])
), quarantine as (
    insert into karantan select * from unnest($9::karantan[])
), notices as (
    insert into notis select * from unnest($10::notis[])
), delivery_events as (
    insert into leveranshandelse select * from unnest($11::leveranshandelse[])
), due as (
    insert into forfaller select * from unnest($12::forfaller[])
), duties as (
    insert into oppen_plikt select * from unnest($13::oppen_plikt[])
), traces as (
    insert into spar select * from unnest($14::spar[])
)
select pg_notify('samverkan_position', $15)

-- name: withdraw
update inkorg set withdrawn = true
where leverans_id = any ($2::text[]) and partition = $1 and not exists (
    select from leveranshandelse h
    where h.leverans_id = inkorg.leverans_id and h.partition = $1 and h.slag = 'oppnad'
)

-- name: notices
select "offset", nr, aktor, body, partition
from notis
where partition = $1 and "offset" >= $2 and "offset" < $3
order by "offset", nr

-- name: notified
with soon as (select set_config('synchronous_commit', 'off', true) as waited)
update position set notified = greatest(notified, $3) from soon
where partition = $1 and epoch = $2 and waited = 'off'
returning notified

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
update position set position = $4, last_digest = $5
where partition = $1 and epoch = $2 and position = $3
returning position

-- name: put_states
insert into tillstand (partition, kind, id, state, aldersklass)
select $1, * from unnest($2::text[], $3::text[], $4::bytea[], $5::text[])
on conflict (partition, kind, id) do update set state = excluded.state, aldersklass = excluded.aldersklass

-- name: put_seen
insert into sedd select * from unnest($1::sedd[])

-- name: put_decisions
insert into beslut select * from unnest($1::beslut[])

-- name: put_inbox
insert into inkorg select * from unnest($1::inkorg[])

-- name: put_quarantine
insert into karantan select * from unnest($1::karantan[])

-- name: put_notices
insert into notis select * from unnest($1::notis[])

-- name: put_delivery_events
insert into leveranshandelse select * from unnest($1::leveranshandelse[])

-- name: drop_due
delete from forfaller where partition = $1 and arende_id = any ($2::text[])

-- name: put_due
insert into forfaller select * from unnest($1::forfaller[])

-- name: drop_duties
delete from oppen_plikt where partition = $1 and arende_id = any ($2::text[])

-- name: put_duties
insert into oppen_plikt select * from unnest($1::oppen_plikt[])

-- name: put_traces
insert into spar select * from unnest($1::spar[])

-- name: withdraw
update inkorg set withdrawn = true
where leverans_id = any ($2::text[]) and partition = $1 and not exists (
    select from leveranshandelse h
    where h.leverans_id = inkorg.leverans_id and h.partition = $1 and h.slag = 'oppnad'
)

-- name: tell
select pg_notify('samverkan_position', $1)

-- name: notices
select "offset", nr, aktor, body, partition
from notis
where partition = $1 and "offset" >= $2 and "offset" < $3
order by "offset", nr

-- name: notified
update position set notified = greatest(notified, $3)
where partition = $1 and epoch = $2
returning notified

-- name: assign
insert into position (partition, position, epoch, notified, last_digest)
values ($1, 0, 1, 0, '')
on conflict (partition) do update set epoch = position.epoch + 1
returning position, epoch, notified, last_digest

-- name: states
-- One by one by their key, whatever the server believes of the table's size: the same below.
select found.kind, found.id, found.state
from unnest($2::text[], $3::text[]) as asked (kind, id)
cross join lateral (
    select t.kind, t.id, t.state from tillstand t
    where t.partition = $1 and t.kind = asked.kind and t.id = asked.id
    limit 1
) as found

-- name: seen
select found.aktor, found.handelse_id
from unnest($2::text[], $3::text[]) as asked (aktor, handelse_id)
cross join lateral (
    select s.aktor, s.handelse_id from sedd s
    where s.partition = $1 and s.aktor = asked.aktor and s.handelse_id = asked.handelse_id
    limit 1
) as found

-- name: make_room
-- For the rows of duties that are put anew: the statement that puts them would not see that these are gone.
with there as (
    select partition from position where partition = $1 and epoch = $2 and position = $3 for update
), changed as (
    select there.partition, c.* from there, unnest($4::text[], $5::text[]) as c (arende_id, plikt_id)
), due as (
    delete from forfaller f using changed c
    where f.partition = c.partition and f.arende_id = c.arende_id and f.plikt_id = c.plikt_id
)
delete from oppen_plikt o using changed c
where o.partition = c.partition and o.arende_id = c.arende_id and o.plikt_id = c.plikt_id

-- name: put
-- Nothing is put before `there` has the position's lock, and nothing at all where it is not this gate's.
with there as (
    update position set position = $4, last_digest = $5
    where partition = $1 and epoch = $2 and position = $3
    returning partition
), states as (
    insert into tillstand (partition, kind, id, state, aldersklass)
    select there.partition, r.* from there, unnest($6::text[], $7::text[], $8::bytea[], $9::text[]) r
    on conflict (partition, kind, id) do update set state = excluded.state, aldersklass = excluded.aldersklass
), seen as (
    insert into sedd select r.* from there, unnest($10::sedd[]) r
), decisions as (
    insert into beslut select r.* from there, unnest($11::beslut[]) r
), inbox as (
    insert into inkorg select r.* from there, unnest($12::inkorg[]) r
), quarantine as (
    insert into karantan select r.* from there, unnest($13::karantan[]) r
), notices as (
    insert into notis select r.* from there, unnest($14::notis[]) r
), delivery_events as (
    insert into leveranshandelse select r.* from there, unnest($15::leveranshandelse[]) r
), due as (
    insert into forfaller select r.* from there, unnest($16::forfaller[]) r
), duties as (
    insert into oppen_plikt select r.* from there, unnest($17::oppen_plikt[]) r
), traces as (
    insert into spar select r.* from there, unnest($18::spar[]) r
), narrowed as (
    insert into verkan select there.partition, r.*, clock_timestamp() from there, unnest($21::bigint[], $22::bigint[]) r
    on conflict (partition, "offset") do update set vid = excluded.vid
)
select pg_notify($19, $20) from there

-- name: guard
select true as held from position where partition = $1 and epoch = $2 and position = $3

-- name: withdraw
-- `+ 0` and `|| ''` keep all but the delivery's id from being looked up: in an empty table a key that only holds them
-- somewhere seems as good as the index of the id.
update inkorg set withdrawn = true
where leverans_id = any ($2::text[]) and partition + 0 = $1 and not exists (
    select from leveranshandelse h
    where h.leverans_id = inkorg.leverans_id and h.partition + 0 = $1 and h.slag || '' = 'oppnad'
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

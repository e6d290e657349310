-- name: fence
-- Whoever claims holds it shared: after this nothing is on its way that has not seen what is begun.
select pg_advisory_xact_lock(1380009285)

-- name: begin
insert into radering (handelse_id, person_id, steg) values ($1, $2, 'begard') on conflict do nothing returning handelse_id

-- name: sent
-- From now on: who goes on with it waits as long again before it is sent once more.
update radering set steg = 'skickad', sedan = clock_timestamp()
where handelse_id = $1 and steg in ('begard', 'skickad') returning handelse_id

-- name: release
delete from radering where handelse_id = $1 and steg in ('begard', 'skickad')

-- name: erase
insert into radering (handelse_id, person_id, steg) values ($1, $2, 'raderad')
on conflict (handelse_id) do update set steg = 'raderad' where radering.steg in ('begard', 'skickad')

-- name: forget_keys
delete from datanyckel where subject = any ($1::text[])

-- name: forget_person
delete from person where person_id = $1

-- name: done
update radering set steg = 'utford' where handelse_id = $1 and steg = 'raderad'

-- name: pending
select handelse_id, person_id, steg, (extract(epoch from clock_timestamp() - sedan) * 1000)::bigint as alder
from radering
where steg <> 'utford'
order by sedan

-- name: applied
select handelse_id from radering where handelse_id = any ($1::text[]) and steg in ('raderad', 'utford')

-- name: naming
select a.*, (extract(epoch from clock_timestamp() - a.created) * 1000)::bigint as alder
from ansprak a
where a.personer @> array[$1::uuid] and a.handelse_id > $2
order by a.handelse_id
limit $3

-- name: blank
update ansprak set value = $2, digest = '' where handelse_id = $1

-- What is done is done by functions of the owner's (valv/0012, 0014, 0016): who sees to erasures changes no table itself.

-- name: begin
select radering_begard($1, $2) as gjort

-- name: sent
select radering_skickad($1) as gjort

-- name: release
select radering_slappt($1)

-- name: erase
select radera_person($1, $2)

-- name: done
select radering_utford($1)

-- name: pending
select handelse_id, person_id, steg, (extract(epoch from clock_timestamp() - sedan) * 1000)::bigint as alder
from radering
where steg <> 'utford'
order by sedan

-- name: heeded
-- One statement, so that all of it is of one vault at one moment. The person too: who sees to erasures may have somebody else erased
-- under an event of another's.
with utford as (
    select r.handelse_id, r.person_id
    from unnest($1::text[], $2::uuid[]) as asked (handelse_id, person_id)
    join radering r using (handelse_id, person_id)
    where r.steg in ('raderad', 'utford')
)
select
    array(select handelse_id from utford order by handelse_id, person_id) as utforda,
    array(select person_id from utford order by handelse_id, person_id) as personer,
    coalesce((select stand from radering where nr is not null order by nr desc limit 1), '') as stand,
    $3::bytea = '' or exists (select from radering where stand = $3) as kand

-- name: naming
select a.*, (extract(epoch from clock_timestamp() - a.created) * 1000)::bigint as alder
from ansprak a
where a.personer @> array[$1::uuid] and a.handelse_id > $2
order by a.handelse_id
limit $3

-- name: blank
select blanka_ansprak($1, $2, $3)

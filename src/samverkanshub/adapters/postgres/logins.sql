-- name: put
with past as (
    delete from inloggning where till <= $4
)
insert into inloggning (nyckel, vem, till) values ($1, $2, $3)
on conflict (nyckel) do update set vem = excluded.vem, till = excluded.till

-- name: get
select vem from inloggning where nyckel = $1 and till > $2

-- name: drop
delete from inloggning where nyckel = $1

-- name: prolong
update inloggning set vem = $2, till = $3 where nyckel = $1

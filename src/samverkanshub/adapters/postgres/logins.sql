-- name: put
with past as (
    delete from inloggning where till <= $4
)
insert into inloggning (nyckel, vem, till, hos_vem, hos_session, sedan) values ($1, $2, $3, $5, $6, $4)
on conflict (nyckel) do update set
    vem = excluded.vem, till = excluded.till, hos_vem = excluded.hos_vem, hos_session = excluded.hos_session, sedan = excluded.sedan

-- name: get
select vem from inloggning where nyckel = $1 and till > $2

-- name: drop
delete from inloggning where nyckel = $1

-- name: drop_of
delete from inloggning
where ($1 <> ''::bytea or $2 <> ''::bytea) and ($1 = ''::bytea or hos_vem = $1)
    and ($2 = ''::bytea or hos_session = $2 or ($1 <> ''::bytea and hos_session = ''::bytea)) and sedan < $3

-- name: prolong
update inloggning set vem = $2, till = $3 where nyckel = $1

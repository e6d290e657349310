-- name: keep
insert into granskning (tid, aktor, anvandare, fraga, omfattning, parametrar, rader)
values ($1, $2, $3, $4, $5, $6, $7)

-- name: kept
select nr, tid, aktor, anvandare, fraga, omfattning, parametrar, rader
from granskning
where omfattning = $1 and nr > $3
order by nr
limit $2

-- name: decide
insert into incidentbeslut (tid, handelse_id, ansvarig, beslut, anvandare) values ($1, $2, $3, $4, $5)

-- name: decided
select tid, handelse_id, ansvarig, beslut, anvandare
from incidentbeslut
where handelse_id = any ($1::text[])
order by nr

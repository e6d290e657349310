-- name: of
select handelse_id, aktor, id, partitions, key, value from ansprak where handelse_id = any ($1::text[])

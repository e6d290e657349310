-- name: report
insert into gate_status (partition, state, code) values ($1, $2, $3)
on conflict (partition) do update set state = excluded.state, code = excluded.code, at = excluded.at

-- name: report
insert into watch_status (partition, state) values ($1, $2)
on conflict (partition) do update set state = excluded.state, at = excluded.at

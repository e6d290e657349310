-- name: report
insert into notarie (partition, size, state, code) values ($1, $2, $3, $4)
on conflict (partition) do update
set size = excluded.size, state = excluded.state, code = excluded.code, at = excluded.at,
    frisk = case when excluded.state = 'igang' then excluded.at else notarie.frisk end

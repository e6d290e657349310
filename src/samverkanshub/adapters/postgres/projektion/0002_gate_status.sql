-- How a gate's worker last said that it stands with a partition: for health alone, nothing is decided from it.
-- It says nothing of the log, and is empty in a projection that is made again until a gate has it.

create table gate_status (
    partition integer primary key,
    state     text not null,
    code      text not null,
    at        timestamptz not null default now()
);
-- Whoever has judged a partition is expected to be heard from again.
insert into gate_status (partition, state, code) select partition, 'igang', '' from position;

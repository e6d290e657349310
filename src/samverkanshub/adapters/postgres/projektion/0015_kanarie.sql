-- What becomes of the canaries that `watch` sends, and how soon what narrows access takes effect: for health alone, nothing is
-- decided from it. It says nothing that follows from the log.

create table kanarie (
    partition   integer not null,
    handelse_id text    not null,
    "offset"    bigint  not null default -1,
    sand        timestamptz not null default clock_timestamp(),
    loggad      timestamptz,
    domd        timestamptz,
    inkorg      timestamptz,
    notis       timestamptz,
    framme      boolean not null default false,
    primary key (partition, handelse_id)
);
create index kanarie_sand on kanarie (partition, sand);

create table kanarie_summa (
    partition integer primary key,
    sanda     bigint not null,
    framme    bigint not null,
    forlorade bigint not null
);

create table verkan (
    partition integer not null,
    "offset"  bigint  not null,
    tid       bigint  not null,
    vid       timestamptz,
    primary key (partition, "offset")
);

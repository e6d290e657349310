-- How far `watch` has held the log against what intake claimed, and the records that are not as they were claimed. It follows from
-- the log and the vault, and is made anew where the projection is. Where a record stands says nothing of whom it is about.

create table ansprak_jamfort (
    partition integer primary key,
    position  bigint not null
);

create table ansprak_fynd (
    partition integer not null,
    "offset"  bigint  not null,
    vad       text    not null,
    funnet    timestamptz not null default clock_timestamp(),
    primary key (partition, "offset")
);

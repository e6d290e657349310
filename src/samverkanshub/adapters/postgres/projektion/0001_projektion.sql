-- The projection: everything here can be dropped and made again from the log, identically.
-- Ids are text, since the log decides what they look like; encoded states and records are bytes and stay bytes.

create table position (
    partition   integer primary key,
    position    bigint not null,
    epoch       bigint not null,
    notified    bigint not null,
    last_digest bytea  not null
);

create table tillstand (
    partition integer not null,
    kind      text    not null,
    id        text    not null,
    state     bytea   not null,
    primary key (partition, kind, id)
);

create table sedd (
    partition   integer not null,
    aktor       text    not null,
    handelse_id text    not null,
    "offset"    bigint  not null,
    primary key (partition, aktor, handelse_id)
);

create table beslut (
    partition     integer not null,
    "offset"      bigint  not null,
    handelse_id   text    not null,
    aktor         text    not null,
    lasargrupp    text    not null,
    typ           text    not null,
    arende_id     text    not null,
    status        text    not null,
    tid           bigint  not null,
    record_digest bytea   not null,
    record        bytea   not null,
    digest        bytea   not null,
    outcome       bytea   not null,
    primary key (partition, "offset")
);
create index beslut_handelse on beslut (handelse_id, partition, "offset")
    where status <> 'upprepning' and handelse_id <> '';

create table inkorg (
    partition   integer not null,
    "offset"    bigint  not null,
    nr          integer not null,
    lasargrupp  text    not null,
    aktor       text    not null,
    leverans_id text    not null,
    arende_id   text    not null,
    handelse_id text    not null,
    slag        text    not null,
    tid         bigint  not null,
    person_ids  text[]  not null,
    body        bytea   not null,
    withdrawn   boolean not null default false,
    primary key (lasargrupp, partition, "offset", nr)
);
create index inkorg_leverans on inkorg (leverans_id);

create table karantan (
    partition     integer not null,
    "offset"      bigint  not null,
    reason        text    not null,
    person_ids    text[]  not null,
    tid           bigint  not null,
    record_digest bytea   not null,
    primary key (partition, "offset")
);

create table notis (
    partition integer not null,
    "offset"  bigint  not null,
    nr        integer not null,
    aktor     text    not null,
    body      bytea   not null,
    primary key (partition, "offset", nr)
);

create table leveranshandelse (
    partition   integer not null,
    "offset"    bigint  not null,
    leverans_id text    not null,
    handelse_id text    not null,
    slag        text    not null,
    tid         bigint  not null,
    primary key (partition, "offset", leverans_id, slag)
);
create index leveranshandelse_handelse on leveranshandelse (handelse_id, partition, "offset");
create index leveranshandelse_leverans on leveranshandelse (leverans_id);

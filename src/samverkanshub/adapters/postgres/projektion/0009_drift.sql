-- What `watch` measures of the topics, over a window, and how its clock stands: for health alone, nothing is decided from it.
-- It says nothing that follows from the log.

create table matning (
    at        timestamptz not null default now(),
    amne      text    not null,
    partition integer not null,
    slut      bigint  not null,
    byte      bigint  not null,
    lasare    text    not null,
    plats     bigint  not null,
    hors      boolean not null,
    forsta    bigint  not null,
    primary key (at, amne, partition, lasare)
);

create table klocka (
    vem     text primary key,
    fore_ms bigint not null,
    inom_ms bigint not null,
    at      timestamptz not null default now()
);

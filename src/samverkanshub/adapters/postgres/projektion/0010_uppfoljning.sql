-- The figures of the tables of follow-up (T4), and each person's year, by which it is known what one more record makes of them.
-- `watch` makes it from the log and the decisions, after them, and makes it anew where the projection is made anew.

create table uppfoljning (
    partition integer primary key,
    position  bigint not null,
    tid       bigint not null
);

create table uppfoljning_person (
    ar          integer not null,
    partition   integer not null,
    person_id   text    not null,
    kon         text    not null,
    alder       text    not null,
    kommun      text    not null,
    grupper     text[]  not null,
    vald        text[]  not null,
    fragor      text[]  not null,
    bedomningar text[]  not null,
    misstankar  text[]  not null,
    primary key (ar, partition, person_id)
);

create table uppfoljning_tal (
    ar        integer not null,
    rakning   text    not null,
    blad      text    not null,
    mitt      text    not null,
    varde     text    not null,
    partition integer not null,
    antal     bigint  not null,
    primary key (ar, rakning, blad, mitt, varde, partition)
);

-- What the tables of follow-up are made of (T4): each person once a year, and messages as numbers. `watch` makes it from the log
-- and the decisions, after them, and makes it anew where the projection is made anew.

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

create table uppfoljning_meddelande (
    ar        integer not null,
    partition integer not null,
    typ       text    not null,
    utfall    text    not null,
    kommun    text    not null,
    antal     bigint  not null,
    primary key (ar, partition, typ, utfall, kommun)
);

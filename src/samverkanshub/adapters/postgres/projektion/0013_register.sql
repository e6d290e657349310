-- The auditors' register: what their questions would otherwise read whole days of decisions for. `watch` makes it from the
-- decisions, after them, and makes it anew where the projection is made anew. Each row is of an actor's own auditors' alone.

create table register (
    partition integer primary key,
    position  bigint not null
);

-- What an actor's decisions withheld, by day, sender and rule.
create table register_undanhallet (
    aktor      text    not null,
    dag        text    not null,
    lasargrupp text    not null,
    regel      text    not null,
    partition  integer not null,
    beslut     bigint  not null,
    uppgifter  bigint  not null,
    primary key (aktor, dag, lasargrupp, regel, partition)
);

-- Openings by when, and by user; and the same once for each person that they concern.
create table register_oppning (
    aktor       text    not null,
    tid         bigint  not null,
    partition   integer not null,
    "offset"    bigint  not null,
    anvandare   text    not null,
    leverans_id text    not null,
    personer    text[]  not null,
    primary key (aktor, tid, partition, "offset")
);
create index register_oppning_anvandare on register_oppning (aktor, anvandare, tid, partition, "offset");

create table register_oppnat (
    aktor     text    not null,
    anvandare text    not null,
    person_id text    not null,
    tid       bigint  not null,
    partition integer not null,
    "offset"  bigint  not null,
    primary key (aktor, anvandare, person_id, tid, partition, "offset")
);

-- Consents by when they end, if nothing ends them before: whether they stand is asked of the person's state.
create table register_samtycke (
    aktor       text    not null,
    till        bigint  not null,
    partition   integer not null,
    "offset"    bigint  not null,
    handelse_id text    not null,
    person_id   text    not null,
    primary key (aktor, till, partition, "offset")
);

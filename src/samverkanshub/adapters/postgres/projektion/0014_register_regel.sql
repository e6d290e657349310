-- The auditors' register of rules: where in the log each is cited in what an actor has a part in; a row holds a step's, and is
-- found by the last of them.
create table register_regel (
    aktor     text     not null,
    regel     text     not null,
    partition integer  not null,
    sista     bigint   not null,
    platser   bigint[] not null,
    primary key (aktor, regel, partition, sista)
);

-- The vault: what the log does not hold and nothing can make again. Backed up apart from the projection and the log.
-- No number stands here in the clear, nor as a digest that somebody without the key could try numbers against.

-- Secrets by name, wrapped under the key-encryption key.
create table hemlighet (
    name    text  primary key,
    wrapped bytea not null
);

-- Data keys, wrapped under the key-encryption key. A person's subject is the person's id.
create table datanyckel (
    subject text    primary key,
    version integer not null,
    wrapped bytea   not null
);

-- `lookup` is HMAC-SHA256 of how the person was named; `nummer` is sealed under the person's own data key, empty for a
-- local reference. Both die with the key.
create table person (
    person_id uuid    primary key,
    lookup    bytea   not null unique,
    omrade    integer not null,
    nummer    bytea   not null
);

create table ansprak (
    aktor         text        not null,
    id            text        not null,
    handelse_id   text        not null unique,
    digest        bytea       not null,
    partitions    integer[]   not null,
    key           bytea,
    header_names  text[]      not null,
    header_values bytea[]     not null,
    value         bytea       not null,
    created       timestamptz not null default now(),
    primary key (aktor, id)
);

create table token (
    aktor   text   not null,
    jti     text   not null,
    expires bigint not null,
    primary key (aktor, jti)
);
create index token_expires on token (aktor, expires);

-- How far the notary has signed a partition, and how it last stood: for health, and for intake, which waits for nobody
-- else's word. What is signed stands in the published tree, not here.

create table notarie (
    partition integer primary key,
    size      bigint not null,
    state     text not null,
    code      text not null,
    at        timestamptz not null default now()
);

-- What each judged record can be found by: who had a part in it, its ärende, type, user and persons, the consents it rests
-- on, the rules that withheld something, whether it is an incident. For auditors; nothing is decided from it.
-- What was judged before is not in it, and is not guessed at: questions wait until the projection is made anew.

create table spar (
    partition integer not null,
    "offset"  bigint  not null,
    slag      text    not null,
    id        text    not null,
    primary key (slag, id, partition, "offset")
);
create index spar_plats on spar (partition, "offset");

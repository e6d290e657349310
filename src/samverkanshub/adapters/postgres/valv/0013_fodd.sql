-- When a person was born and their legal sex, wrapped by itself under the key-encryption key: `watch`, which tells a child's birthdays
-- (K8), opens this and neither numbers nor any key that opens content. Dies with the person. Of those from before this it is made
-- by the api, when it starts; of a local reference there is none.

create table fodd (
    person_id  uuid    primary key references person on delete cascade,
    wrapped    bytea   not null,
    generation integer not null references omslagsnyckel (nr)
);
create index fodd_generation on fodd (generation, person_id);

-- Who is logged in on the pages. Of the key that the browser holds a digest alone is kept: whoever reads this table is nobody.

create table inloggning (
    nyckel bytea  primary key,
    vem    bytea  not null,
    till   bigint not null
);
create index inloggning_till on inloggning (till);

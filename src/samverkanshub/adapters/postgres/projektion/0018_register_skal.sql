-- What an actor's decisions withheld is counted by each reason, and not by its rule alone. The register is made anew: `watch` enters
-- the decisions again from the first.

truncate register, register_undanhallet, register_oppning, register_oppnat, register_samtycke, register_regel;
drop table register_undanhallet;
create table register_undanhallet (
    aktor      text    not null,
    dag        text    not null,
    lasargrupp text    not null,
    regel      text    not null,
    skal       text    not null,
    partition  integer not null,
    beslut     bigint  not null,
    uppgifter  bigint  not null,
    primary key (aktor, dag, lasargrupp, regel, skal, partition)
);

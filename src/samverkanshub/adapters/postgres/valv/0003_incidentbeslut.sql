-- What each authority has decided on telling of an incident (dataskyddsförordningen artikel 33). A later decision stands beside
-- the earlier; nothing here is changed or taken away.

create table incidentbeslut (
    nr          bigint generated always as identity primary key,
    tid         bigint not null,
    handelse_id text   not null,
    ansvarig    text   not null,
    beslut      text   not null,
    anvandare   text   not null
);
create index incidentbeslut_handelse on incidentbeslut (handelse_id, nr);

create trigger incidentbeslut_star_kvar before update or delete or truncate on incidentbeslut
    for each statement execute function granskning_star_kvar();

-- What auditors have asked, each question before it was answered. Nothing here is changed or taken away, whoever asks.
-- No number stands here; a person that was asked about is a digest under the vault's key.

create table granskning (
    nr         bigint generated always as identity primary key,
    tid        bigint  not null,
    aktor      text    not null,
    anvandare  text    not null,
    fraga      text    not null,
    omfattning text    not null,
    parametrar text    not null,
    rader      integer not null
);
create index granskning_omfattning on granskning (omfattning, nr);

create function granskning_star_kvar() returns trigger language plpgsql as $$
begin
    raise exception 'what auditors have asked is kept as it is';
end
$$;
create trigger granskning_star_kvar before update or delete or truncate on granskning
    for each statement execute function granskning_star_kvar();

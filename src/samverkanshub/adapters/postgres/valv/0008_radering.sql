-- Erasure of persons. While one is under way (`begard`, `skickad`) nothing that names the person is claimed or read; then the keys
-- are gone (`raderad`), and at last what the claims held of them (`utford`).

create table radering (
    handelse_id text        primary key,
    person_id   uuid        not null,
    steg        text        not null check (steg in ('begard', 'skickad', 'raderad', 'utford')),
    sedan       timestamptz not null default clock_timestamp()
);
create index radering_person on radering (person_id);
create index radering_pagar on radering (sedan) where steg <> 'utford';

-- Whom a claim names, as its header does.
alter table ansprak add column personer uuid[] not null default '{}';
update ansprak set personer = (
    select coalesce(array_agg(encode(substring(named.value from 16 * nr + 1 for 16), 'hex')::uuid), '{}')
    from unnest(header_names, header_values) as named (name, value),
        generate_series(0, length(named.value) / 16 - 1) as nr
    where named.name = 'personer'
);
create index ansprak_personer on ansprak using gin (personer);

-- A claim waits for whoever begins an erasure, and looks at what has begun only after that: inside a function each statement sees
-- what was committed before it. It is the owner's, so that who may claim need not be let to write anything else. Null where somebody whom it names is being erased; else whether it was kept.
create function gor_ansprak(
    p_aktor text, p_id text, p_handelse_id text, p_digest bytea, p_partitions integer[], p_key bytea, p_header_names text[],
    p_header_values bytea[], p_value bytea, p_personer uuid[]
) returns boolean language plpgsql security definer set search_path from current as $$
begin
    perform pg_advisory_xact_lock_shared(1380009285);
    if exists (
        select from radering r
        where r.person_id = any (p_personer) and r.steg in ('begard', 'skickad') and r.handelse_id <> p_handelse_id
    ) then
        return null;
    end if;
    insert into ansprak
        (aktor, id, handelse_id, digest, partitions, key, header_names, header_values, value, personer)
    values
        (p_aktor, p_id, p_handelse_id, p_digest, p_partitions, p_key, p_header_names, p_header_values, p_value, p_personer)
    on conflict do nothing;
    return found;
end
$$;

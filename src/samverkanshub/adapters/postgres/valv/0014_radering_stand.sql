-- In what order erasures were carried out, each standing on the one before: `stand` is SHA-256 of the one before and this one's event.
-- Whoever has seen how the vault stood can ask whether it ever did, and so whether it is an older one, without reading them all.

alter table radering add column nr bigint;
alter table radering add column stand bytea;

do $$
declare
    done record;
    at bigint := 0;
    last bytea := '';
begin
    for done in select handelse_id from radering where steg in ('raderad', 'utford') order by sedan, handelse_id loop
        at := at + 1;
        last := sha256(last || convert_to(done.handelse_id, 'UTF8'));
        update radering set nr = at, stand = last where handelse_id = done.handelse_id;
    end loop;
end
$$;

alter table radering add constraint radering_star check (
    (steg in ('raderad', 'utford')) = (nr is not null) and (nr is null) = (stand is null)
);
create unique index radering_nr on radering (nr);
create unique index radering_stand on radering (stand);

-- As in 0012, and each standing on the one before: one erasure at a time.
create or replace function radera_person(p_handelse_id text, p_person_id uuid) returns void
language plpgsql security definer set search_path from current as $$
declare
    last record;
begin
    perform pg_advisory_xact_lock(1380009286);
    select nr, stand into last from radering where nr is not null order by nr desc limit 1;
    insert into radering (handelse_id, person_id, steg, nr, stand)
    values (
        p_handelse_id, p_person_id, 'raderad', coalesce(last.nr, 0) + 1,
        sha256(coalesce(last.stand, '') || convert_to(p_handelse_id, 'UTF8'))
    )
    on conflict (handelse_id) do update set steg = 'raderad', nr = excluded.nr, stand = excluded.stand
        where radering.steg in ('begard', 'skickad') and radering.person_id = p_person_id;
    if not exists (select from radering r where r.handelse_id = p_handelse_id and r.person_id = p_person_id) then
        raise exception 'the erasure is of another person' using errcode = 'insufficient_privilege';
    end if;
    delete from person where person_id = p_person_id;
    delete from datanyckel where subject = p_person_id::text;
end
$$;

-- An erasure is an event's of a person: what is done of somebody under an event is not done of another under it, nor in its way. The
-- vault cannot ask the log whom an event is about, so that whoever sees to erasures may name anybody with it.

alter table radering drop constraint radering_pkey;
alter table radering add primary key (handelse_id, person_id);

-- As in 0014, of this person whatever is done of others under the event.
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
    on conflict (handelse_id, person_id) do update set steg = 'raderad', nr = excluded.nr, stand = excluded.stand
        where radering.steg in ('begard', 'skickad');
    delete from person where person_id = p_person_id;
    delete from datanyckel where subject = p_person_id::text;
end
$$;

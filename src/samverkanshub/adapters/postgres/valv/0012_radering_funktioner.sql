-- Erasures are begun, sent, done and taken back by these functions alone, which are the owner's: who sees to erasures need not be let to
-- delete a person or a key, or to change a claim. Each does what it says of an erasure that is there, and leaves a row that says of whom.

-- Whoever claims holds the lock shared: after it nothing is on its way that has not seen what is begun. True where it is begun now.
create function radering_begard(p_handelse_id text, p_person_id uuid) returns boolean
language plpgsql security definer set search_path from current as $$
begin
    perform pg_advisory_xact_lock(1380009285);
    insert into radering (handelse_id, person_id, steg) values (p_handelse_id, p_person_id, 'begard') on conflict do nothing;
    return found;
end
$$;

-- From now on: who goes on with it waits as long again before it is sent once more.
create function radering_skickad(p_handelse_id text) returns boolean
language plpgsql security definer set search_path from current as $$
begin
    update radering set steg = 'skickad', sedan = clock_timestamp()
    where handelse_id = p_handelse_id and steg in ('begard', 'skickad');
    return found;
end
$$;

create function radering_slappt(p_handelse_id text) returns void
language sql security definer set search_path from current as $$
    delete from radering where handelse_id = p_handelse_id and steg in ('begard', 'skickad');
$$;

-- Also of one that is not begun here: the log has let it, and the vault was restored from before it. The person first: who gives
-- them another key holds that row, and what it gave is then gone too.
create function radera_person(p_handelse_id text, p_person_id uuid) returns void
language plpgsql security definer set search_path from current as $$
begin
    insert into radering (handelse_id, person_id, steg) values (p_handelse_id, p_person_id, 'raderad')
    on conflict (handelse_id) do update set steg = 'raderad'
        where radering.steg in ('begard', 'skickad') and radering.person_id = p_person_id;
    if not exists (select from radering r where r.handelse_id = p_handelse_id and r.person_id = p_person_id) then
        raise exception 'the erasure is of another person' using errcode = 'insufficient_privilege';
    end if;
    delete from person where person_id = p_person_id;
    delete from datanyckel where subject = p_person_id::text;
end
$$;

-- Of a claim that names somebody who is erased, and of no other; what is left of it is no longer than it was. With the event's own
-- key where that is asked for, and with no other. Nothing where that is not so.
create function blanka_ansprak(p_handelse_id text, p_value bytea, p_egen_nyckel boolean) returns void
language plpgsql security definer set search_path from current as $$
begin
    update ansprak a set value = p_value, digest = ''
    where a.handelse_id = p_handelse_id and octet_length(p_value) <= octet_length(a.value) and exists (
        select from radering r where r.person_id = any (a.personer) and r.steg in ('raderad', 'utford')
    );
    if found and p_egen_nyckel then
        delete from datanyckel where subject = 'handelse:' || p_handelse_id;
    end if;
end
$$;

create function radering_utford(p_handelse_id text) returns void
language sql security definer set search_path from current as $$
    update radering set steg = 'utford' where handelse_id = p_handelse_id and steg = 'raderad';
$$;

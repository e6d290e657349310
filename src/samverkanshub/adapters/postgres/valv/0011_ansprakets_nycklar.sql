-- A claim is made only while every key that it seals by is there: whoever looked a person up before an erasure, and claims after
-- it, is told to look them up again. What is claimed holds those keys, so that none is destroyed before the claim can be seen.

drop function gor_ansprak(text, text, text, bytea, integer[], bytea, text[], bytea[], bytea, uuid[]);

-- As before a claim waits for whoever begins an erasure, and looks only after that: inside a function each statement sees what was
-- committed before it. `raderas` where somebody whom it names is being erased; `foraldrat` where a key is gone and it is
-- not there already; else whether it was kept (`gjort`) or another stands (`star`).
create function gor_ansprak(
    p_aktor text, p_id text, p_handelse_id text, p_digest bytea, p_partitions integer[], p_key bytea, p_header_names text[],
    p_header_values bytea[], p_value bytea, p_personer uuid[], p_subjects text[], p_versions integer[]
) returns text language plpgsql security definer set search_path from current as $$
declare
    left_of_them integer;
begin
    perform pg_advisory_xact_lock_shared(1380009285);
    if exists (
        select from radering r
        where r.person_id = any (p_personer) and r.steg in ('begard', 'skickad') and r.handelse_id <> p_handelse_id
    ) then
        return 'raderas';
    end if;
    perform k.subject
    from datanyckel k
    join unnest(p_subjects, p_versions) as given (subject, version) using (subject, version)
    order by k.subject, k.version
    for key share of k;
    get diagnostics left_of_them = row_count;
    if left_of_them < cardinality(p_subjects) then
        if exists (select from ansprak a where (a.aktor = p_aktor and a.id = p_id) or a.handelse_id = p_handelse_id) then
            return 'star';
        end if;
        return 'foraldrat';
    end if;
    insert into ansprak
        (aktor, id, handelse_id, digest, partitions, key, header_names, header_values, value, personer)
    values
        (p_aktor, p_id, p_handelse_id, p_digest, p_partitions, p_key, p_header_names, p_header_values, p_value, p_personer)
    on conflict do nothing;
    return case when found then 'gjort' else 'star' end;
end
$$;

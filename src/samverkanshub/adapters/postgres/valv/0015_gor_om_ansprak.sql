-- A claim in the place of one that was blanked with an erasure, of the same event of an agency's: whoever may claim need not be let to
-- take any away, and takes none away but by claiming. Where the new one is not made, the blanked one stands.

create function gor_om_ansprak(
    p_tomt bytea, p_aktor text, p_id text, p_handelse_id text, p_digest bytea, p_partitions integer[], p_key bytea,
    p_header_names text[], p_header_values bytea[], p_value bytea, p_personer uuid[], p_subjects text[], p_versions integer[]
) returns text language plpgsql security definer set search_path from current as $$
declare
    svar text;
begin
    begin
        delete from ansprak
        where aktor = p_aktor and handelse_id = p_handelse_id and digest = '' and value = p_tomt and p_aktor <> 'samverkanshub';
        svar := gor_ansprak(
            p_aktor, p_id, p_handelse_id, p_digest, p_partitions, p_key, p_header_names, p_header_values, p_value, p_personer,
            p_subjects, p_versions
        );
        if svar <> 'gjort' then
            raise exception 'it stands as it was';
        end if;
    exception
        when raise_exception then null;
    end;
    return svar;
end
$$;

-- When a report came that nobody has acknowledged, and to which municipalities: in one row of each such duty, that of
-- who bears it, or of who waits for it where it could not be read (O4, B7). For operators: how old the oldest is.

alter table oppen_plikt add column fran bigint not null default 0;
alter table oppen_plikt add column orter text not null default '';

-- As the state says, for what was judged before: a projection made again has the same.
update oppen_plikt o
set fran = coalesce(owed.fran, 0), orter = coalesce(owed.orter, 'okand')
from (
    select
        a.partition, a.id as arende_id, plikt ->> 'id' as plikt_id,
        coalesce(nullif(plikt ->> 'barare', ''), plikt ->> 'vantar') as mottagare, sent.fran, sent.orter
    from (select partition, id, convert_from(state, 'UTF8')::json as arende from tillstand where kind = 'arende') a
    cross join json_array_elements(a.arende -> 'plikter') as plikt
    left join lateral (
        select
            (message ->> 'tid')::bigint as fran,
            concat_ws(
                ',', nullif(koder ->> 'kommun', ''),
                case
                    when (koder ->> 'akut_fara')::boolean and koder ->> 'vistelsekommun' <> coalesce(koder ->> 'kommun', '')
                    then nullif(koder ->> 'vistelsekommun', '')
                end
            ) as orter
        from json_array_elements(a.arende -> 'meddelanden') as message
        cross join lateral (select message -> 'handelse' -> 'koder' as koder) as coded
        where message -> 'handelse' ->> 'handelse_id' = plikt ->> 'handelse_id'
        limit 1
    ) as sent on true
    where plikt ->> 'slag' = 'o4.kvittens'
) as owed
where o.partition = owed.partition and o.arende_id = owed.arende_id and o.plikt_id = owed.plikt_id
    and o.mottagare = owed.mottagare;

create index oppen_plikt_obekraftad on oppen_plikt (mottagare, fran) include (partition, arende_id, tid, orter)
    where orter <> '';

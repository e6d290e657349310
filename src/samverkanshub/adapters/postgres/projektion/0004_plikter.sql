-- For whom open duties may be listed: units and reader groups, as the ärende's state says. Whether a reader group may
-- read of one is judged by the state and the directory of the day; this is where to look.

create table oppen_plikt (
    partition integer not null,
    arende_id text    not null,
    plikt_id  text    not null,
    mottagare text    not null,
    slag      text    not null,
    tid       bigint  not null,
    primary key (partition, arende_id, plikt_id, mottagare)
);
create index oppen_plikt_mottagare on oppen_plikt (mottagare, tid, partition, arende_id, plikt_id);

-- As the state says, for what was judged before: a projection made again has the same.
insert into oppen_plikt
select distinct
    a.partition, a.id, plikt ->> 'id', concerned.mottagare, plikt ->> 'slag',
    coalesce((plikt -> 'steg' -> 0 ->> 'tid')::bigint, 0)
from (select partition, id, convert_from(state, 'UTF8')::json as arende from tillstand where kind = 'arende') a
cross join json_array_elements(a.arende -> 'plikter') as plikt
cross join lateral (
    select plikt ->> 'barare' as mottagare
    union select plikt ->> 'vantar'
    union select json_array_elements_text(plikt -> 'aven')
    union select more.mottagare
    from (
        select json_array_elements(a.arende -> 'meddelanden') -> 'handelse' ->> 'enhet' as mottagare
        union select json_array_elements(a.arende -> 'leveranser') ->> 'mottagare'
        union select json_array_elements(a.arende -> 'overlamningar') ->> 'till'
        union select a.arende ->> 'ansvarig'
    ) as more
    where plikt ->> 'slag' = 'h2.innehavare'
) as concerned
where (plikt ->> 'uppfylld')::bigint = 0 and concerned.mottagare <> ''
    and (plikt ->> 'slag' <> 'h2.innehavare' or not exists (
        select from json_array_elements(plikt -> 'steg') as steg
        where not (plikt -> 'tagna')::jsonb ? (steg ->> 'namn')
    ));

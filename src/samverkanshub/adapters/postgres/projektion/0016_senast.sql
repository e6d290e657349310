-- What a reader group has got and what it has sent, what came last first. Openings and kvittenser are no part of what one
-- looks for among what was sent.

create index inkorg_senast on inkorg (lasargrupp, tid, partition, "offset", nr) where not withdrawn;
create index beslut_avsant on beslut (lasargrupp, typ, tid, partition, "offset")
    where typ not in ('kvittens', 'oppning_begard') and status <> 'upprepning';

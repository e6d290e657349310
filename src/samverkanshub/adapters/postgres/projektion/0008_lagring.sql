-- What the gate writes again and again, or writes much of, made cheaper to write.

-- The ids that follow a time in these indexes made them five times as wide; a page is put in order by them when it is read.
drop index forfaller_tid;
create index forfaller_tid on forfaller (partition, tid);
drop index oppen_plikt_mottagare;
create index oppen_plikt_mottagare on oppen_plikt (mottagare, tid);

-- To compress a state each time it changes, and a record that is mostly hashes, took a tenth of the server's time.
-- What is stored already stays as it is until it is written again.
alter table tillstand alter column state set storage external;
alter table beslut alter column record set storage external;

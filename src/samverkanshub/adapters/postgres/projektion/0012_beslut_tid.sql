-- Decisions of late, for operators: the log's time only grows, so that a few pages of the table say where they begin.

create index beslut_tid on beslut using brin (tid) with (pages_per_range = 32, autosummarize = on);

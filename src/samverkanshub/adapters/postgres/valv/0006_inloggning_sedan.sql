-- When a login began (ms, the hub's clock): a logout that a provider tells of ends those alone that had begun before it. Of those
-- from before this it is not known, and any logout ends them.

alter table inloggning add column sedan bigint not null default 0;

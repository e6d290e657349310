-- As what a provider of OpenID Connect names a login, so that it can end it: digests of whose it is and of which session.

alter table inloggning add column hos_vem bytea not null default '';
alter table inloggning add column hos_session bytea not null default '';
create index inloggning_hos_vem on inloggning (hos_vem) where hos_vem <> '';
create index inloggning_hos_session on inloggning (hos_session) where hos_session <> '';

-- When the notary last said that it goes on, or first said anything: what it has said since, and its silence, count from there.

alter table notarie add column frisk timestamptz not null default now();

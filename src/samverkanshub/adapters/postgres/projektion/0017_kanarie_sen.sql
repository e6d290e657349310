-- A canary that was found to have arrived when it was lost already stays lost; when it arrived nobody saw.

alter table kanarie add column sen boolean not null default false;

do $$
begin
    if not exists (select from pg_roles where rolname = 'samverkan') then create role samverkan login; end if;
    if not exists (select from pg_roles where rolname = 'samverkan_api') then create role samverkan_api login; end if;
    if not exists (select from pg_roles where rolname = 'samverkan_gate') then create role samverkan_gate login; end if;
    if not exists (select from pg_roles where rolname = 'samverkan_watch') then create role samverkan_watch login; end if;
    if not exists (select from pg_roles where rolname = 'samverkan_notary') then create role samverkan_notary login; end if;
    if not exists (select from pg_roles where rolname = 'samverkan_revisor') then create role samverkan_revisor login; end if;
    if not exists (select from pg_roles where rolname = 'samverkan_nyckel') then create role samverkan_nyckel login; end if;
    if not exists (select from pg_roles where rolname = 'samverkan_kopia') then create role samverkan_kopia login; end if;
    if not exists (select from pg_roles where rolname = 'samverkan_radering') then create role samverkan_radering login; end if;
    execute format('alter database %I owner to samverkan', current_database());
end
$$;

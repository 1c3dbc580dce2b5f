-- What this server is, has, and lets us do: rows of (fact, name, value, more), read once after connecting.
-- $1: names of the relations whose columns are wanted, text[]
-- It runs under the role's own search_path: functions whose arguments leave a choice are written with their schema.
select 'session' as fact, name, value, null as more
  from (values ('backend_pid', pg_backend_pid()::text),
               ('user', session_user::text),
               ('database', current_database()::text),
               ('superuser', (select rolsuper from pg_roles where rolname = current_user)::text),
               ('reads_all_stats', pg_catalog.pg_has_role('pg_read_all_stats', 'usage')::text),
               ('in_recovery', pg_is_in_recovery()::text),
               ('started_at_s', extract(epoch from pg_postmaster_start_time())::text),
               ('schemas', current_schemas(true)::text)) as session (name, value)
union all
-- settings a library defined: real ones only, which current_setting() can't tell from a line in postgresql.conf
select 'setting', name, setting, unit
  from pg_settings
 where name in ('server_encoding', 'block_size', 'work_mem', 'hash_mem_multiplier', 'max_connections', 'track_activities',
                'track_counts', 'track_io_timing', 'shared_preload_libraries', 'pg_stat_statements.max', 'pg_stat_statements.track_planning',
                'search_path', 'jit', 'max_worker_processes', 'max_parallel_workers', 'max_parallel_workers_per_gather')
    or name ~ '^(rds|cloudsql|azure|neon)[.]|^(aurora|apg)_'
union all
-- roles that betray whose service this is
select 'role', rolname::text, null, null
  from pg_roles
 where rolname in ('rds_superuser', 'cloudsqladmin', 'cloudsqlsuperuser', 'azure_pg_admin', 'azuresu', 'supabase_admin',
                   'neon_superuser')
union all
select 'extension', extname::text, extversion, nspname::text
  from pg_extension
  join pg_namespace on pg_namespace.oid = extnamespace
union all
select 'available', name::text, default_version, null
  from pg_available_extensions
 where name in ('pg_stat_statements', 'hypopg', 'pgstattuple')
union all
-- may we call it, and reach the schema it lives in?
select 'callable', proname::text, (pg_catalog.has_function_privilege(pg_proc.oid, 'execute') and pg_catalog.has_schema_privilege(pronamespace, 'usage'))::text, null
  from pg_extension
  join pg_depend on refclassid = 'pg_extension'::regclass and refobjid = pg_extension.oid and classid = 'pg_proc'::regclass
  join pg_proc on pg_proc.oid = objid
 where proname in ('pg_stat_statements', 'hypopg_create_index')
union all
select 'column', relname::text, attname::text, null
  from pg_class
  join pg_attribute on attrelid = pg_class.oid
 where relname = any ($1::text[])
   and attnum > 0
   and not attisdropped
   and (relnamespace = 'pg_catalog'::regnamespace
        or exists (select from pg_depend
                    where classid = 'pg_class'::regclass and objid = pg_class.oid and refclassid = 'pg_extension'::regclass)
           -- a view out of reach is as good as none
           and pg_catalog.has_schema_privilege(relnamespace, 'usage'));

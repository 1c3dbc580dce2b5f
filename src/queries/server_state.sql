-- What the Server pane tells beside what was found at connecting: settings, rights, and what ages. Rows of (fact, name, value, more).
-- Of settings the value that a new session of this role gets here: reset_val, since our own sessions change some for themselves.
-- 'pending': set in a file, and in force after a restart.
select case when pending_restart then 'pending' else 'setting' end as fact, name, reset_val as value, unit as more
  from pg_settings
 where name in ('track_activities', 'track_counts', 'track_io_timing', 'track_activity_query_size', 'compute_query_id',
                'shared_buffers', 'effective_cache_size', 'work_mem', 'maintenance_work_mem', 'random_page_cost', 'default_statistics_target', 'jit',
                'max_connections', 'superuser_reserved_connections', 'max_wal_size', 'checkpoint_timeout', 'autovacuum', 'autovacuum_max_workers',
                'autovacuum_vacuum_cost_delay', 'autovacuum_freeze_max_age', 'autovacuum_multixact_freeze_max_age', 'log_lock_waits', 'deadlock_timeout',
                'log_min_duration_statement', 'log_temp_files', 'statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout',
                'fsync', 'full_page_writes', 'data_checksums', 'shared_preload_libraries')
    or name in ('pg_stat_statements.max', 'pg_stat_statements.track', 'pg_stat_statements.track_planning', 'pg_stat_statements.track_utility',
                'auto_explain.log_min_duration', 'auto_explain.log_analyze')
    or (name like 'enable\_%' and reset_val = 'off' and boot_val = 'on')
    or pending_restart
union all
select 'clock', 'now_s', extract(epoch from now())::text, null
union all
select 'right', rolname::text, pg_catalog.pg_has_role(oid, 'usage')::text, null
  from pg_roles
 where rolname in ('pg_monitor', 'pg_read_all_stats', 'pg_read_all_settings', 'pg_signal_backend', 'pg_stat_scan_tables')
union all
select 'sessions', 'clients', count(usesysid)::text, null
  from pg_stat_get_activity(null)
union all
-- who keeps VACUUM from clearing away what is dead
(select 'xmin', holder, age::text, who
   from (select 'session', age(backend_xmin), concat_ws(', ', 'pid ' || pid, state, extract(epoch from now() - xact_start)::int || ' s')
           from pg_stat_get_activity(null)
          where pid <> pg_backend_pid()
         union all
         select 'slot', greatest(age(xmin), age(catalog_xmin)), slot_name::text
           from pg_get_replication_slots()
         union all
         select 'prepared', age(transaction), gid
           from pg_prepared_xact()) as holders (holder, age, who)
  where age is not null
  order by age desc
  limit 1)
union all
select 'prepared', 'transactions', count(*)::text, extract(epoch from now() - min(prepared))::text
  from pg_prepared_xact()
 having count(*) > 0
union all
(select 'wraparound', 'transactions', age(datfrozenxid)::text, datname::text
   from pg_database
  order by age(datfrozenxid) desc
  limit 1)
union all
(select 'wraparound', 'multixacts', mxid_age(datminmxid)::text, datname::text
   from pg_database
  order by mxid_age(datminmxid) desc
  limit 1)
union all
select 'slot', slot_name::text,
       pg_wal_lsn_diff(case when pg_is_in_recovery() then pg_last_wal_replay_lsn() else pg_current_wal_lsn() end, restart_lsn)::text,
       case when active then 'active' else 'inactive' end
  from pg_get_replication_slots()
union all
select 'standbys', 'connected', count(*)::text, null
  from pg_stat_get_wal_senders()
union all
-- a primary that does nothing leaves a standby nothing to replay: that is no delay. Aurora refuses to say where it is
select 'replay', 'delay_s',
       case when pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() then '0' else extract(epoch from now() - pg_last_xact_replay_timestamp())::text end, null
 where pg_is_in_recovery() and to_regproc('pg_catalog.aurora_version') is null
union all
select 'archiver', 'failed', failed_count::text, (last_failed_time > coalesce(last_archived_time, '-infinity'))::text
  from pg_stat_get_archiver()
union all
select 'checkpoints', 'timed', num_timed::text, extract(epoch from stats_reset)::text from pg_stat_checkpointer union all            --? pg_stat_checkpointer.num_timed
select 'checkpoints', 'requested', num_requested::text, extract(epoch from stats_reset)::text from pg_stat_checkpointer union all    --? pg_stat_checkpointer.num_requested
--? pg_stat_bgwriter.checkpoints_timed: select 'checkpoints', 'timed', checkpoints_timed::text, extract(epoch from stats_reset)::text from pg_stat_bgwriter union all
--? pg_stat_bgwriter.checkpoints_req: select 'checkpoints', 'requested', checkpoints_req::text, extract(epoch from stats_reset)::text from pg_stat_bgwriter union all
select 'statements', 'forgotten', dealloc::text, extract(epoch from stats_reset)::text                                               --? pg_stat_statements_info.dealloc
  from pg_stat_statements_info where current_setting('pg_stat_statements.max', true) is not null union all --@ pg_stat_statements --? pg_stat_statements_info.dealloc
select 'reset', 'database', extract(epoch from pg_stat_get_db_stat_reset_time(oid))::text, null
  from pg_database
 where datname = current_database();

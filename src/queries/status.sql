-- The status line: one row, cheap however many tables, databases and sessions there are.
-- A role without pg_read_all_stats is told of the sessions of others only that they are there; what it cannot know is null.
-- untracked: sessions whose state is not known, to this role or (track_activities off) to anybody.
with sessions as (
    select pid, state, xact_start, wait_event_type,
           -- who does not see backend_type still sees what else has no database or no user; parallel workers have both
           coalesce(backend_type = 'client backend', datid is not null and usesysid is not null) as client,
           coalesce(backend_type = 'autovacuum worker', datid is not null and usesysid is null) as vacuums,
           coalesce(state <> 'disabled', false) as tracked
      from pg_stat_get_activity(null)
     where pid <> pg_backend_pid()
), seen as (
    select count(*) filter (where client) as others,
           count(*) filter (where client and not tracked) as untracked,
           count(*) filter (where client and state in ('active', 'fastpath function call')) as active,
           count(*) filter (where client and state like 'idle in transaction%') as idle_in_transaction,
           count(*) filter (where wait_event_type = 'Lock') as waiting,
           extract(epoch from now() - min(xact_start) filter (where client))::float8 as oldest_xact_s,
           count(*) filter (where vacuums) as autovacuum_workers
      from sessions
)
select
    others + 1 as connections,
    untracked,
    case when untracked = 0 or untracked < others then active end as active,
    case when untracked = 0 or untracked < others then idle_in_transaction end as idle_in_transaction,
    case when pg_catalog.pg_has_role('pg_read_all_stats', 'usage') then waiting
         else (select count(*) from pg_locks where not granted) end as waiting,
    oldest_xact_s,
    extract(epoch from now() - (select min(prepared) from pg_prepared_xact()))::float8 as oldest_prepared_s,
    autovacuum_workers,
    -- of all databases
    (select sum(pg_stat_get_db_xact_commit(oid) + pg_stat_get_db_xact_rollback(oid))::int8 from pg_database) as transactions,
    (select sum(pg_stat_get_db_xact_rollback(oid))::int8 from pg_database) as rollbacks,
    -- of this one
    pg_stat_get_db_blocks_hit(here.oid) as blocks_hit,
    pg_stat_get_db_blocks_fetched(here.oid) - pg_stat_get_db_blocks_hit(here.oid) as blocks_read,
    pg_stat_get_db_temp_bytes(here.oid) as temp_bytes,
    pg_stat_get_db_deadlocks(here.oid) as deadlocks,
    extract(epoch from pg_stat_get_db_stat_reset_time(here.oid))::float8 as reset_at_s,
    pg_is_in_recovery() as in_recovery,
    -- a primary that does nothing leaves a standby nothing to replay: that is no lag. Aurora refuses to say where it is
    case when pg_is_in_recovery() and to_regproc('pg_catalog.aurora_version') is null
         then case when pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() then 0
                   else extract(epoch from now() - pg_last_xact_replay_timestamp())::float8 end end as replay_lag_s
from seen
join pg_database as here on here.datname = current_database();

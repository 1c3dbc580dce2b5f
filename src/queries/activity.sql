-- Every session, what it does and since when, how far it has come, and who keeps it waiting. What pgwhy reads is named as in lock_sessions.sql.
-- Without pg_read_all_stats all that tells what a session of another role does is null, and query says '<insufficient privilege>'.
with activity as materialized (
    select * from pg_stat_activity
), progress as (
    select pid, datid, relid, command, phase,
           case when blocks_total > 0 then blocks_done::float8 / blocks_total
                when tuples_total > 0 then tuples_done::float8 / tuples_total
                when lockers_total > 0 then lockers_done::float8 / lockers_total end as share
      from pg_stat_progress_create_index
    union all
    select pid, datid, relid, 'VACUUM', phase,
           case when phase = 'vacuuming heap' then heap_blks_vacuumed else heap_blks_scanned end::float8 / nullif(heap_blks_total, 0)
      from pg_stat_progress_vacuum
    union all
    select pid, datid, relid, command, phase, heap_blks_scanned::float8 / nullif(heap_blks_total, 0)
      from pg_stat_progress_cluster
    union all                                                                                                      --? pg_stat_progress_analyze.pid
    select pid, datid, relid, 'ANALYZE', phase, sample_blks_scanned::float8 / nullif(sample_blks_total, 0)         --? pg_stat_progress_analyze.pid
      from pg_stat_progress_analyze                                                                                --? pg_stat_progress_analyze.pid
    union all                                                                                                      --? pg_stat_progress_basebackup.pid
    select pid, null, null, 'base backup', phase, backup_streamed::float8 / nullif(backup_total, 0)                --? pg_stat_progress_basebackup.pid
      from pg_stat_progress_basebackup                                                                             --? pg_stat_progress_basebackup.pid
    union all                                                                                                      --? pg_stat_progress_copy.pid
    select pid, datid, relid, command, tuples_processed || ' rows', bytes_processed::float8 / nullif(bytes_total, 0) --? pg_stat_progress_copy.pid
      from pg_stat_progress_copy                                                                                   --? pg_stat_progress_copy.pid
), named as (
    select pid, command, phase, share,
           (select quote_ident(n.nspname) || '.' || quote_ident(c.relname)
              from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
             where c.oid = relid and datid = (select oid from pg_database where datname = current_database())) as relation
      from progress
), workers as (                                                     --? pg_stat_activity.leader_pid
    select leader_pid as pid, count(*) as count from activity where backend_type = 'parallel worker' group by 1 --? pg_stat_activity.leader_pid
), waiting as (
    -- pg_blocking_pids reads the lock table each time, and names all ahead in a queue: the oldest few are told here, the Locks pane tells all
    select pid, pg_blocking_pids(pid) as blockers
      from (select pid from activity where wait_event_type = 'Lock' order by query_start limit 20) as oldest
)
select
    a.pid,
    a.datname as database,
    a.usename as "user",
    r.rolsuper as superuser,
    case when a.usesysid is null or r.rolsuper
              then (select rolsuper from pg_roles where rolname = current_user)
                   or (a.backend_type = 'autovacuum worker' and exists (select from pg_roles where rolname = 'pg_signal_autovacuum_worker' and pg_has_role(oid, 'usage')))
         else pg_has_role(a.usesysid, 'usage') or pg_has_role('pg_signal_backend', 'usage') end as may_end,
    a.application_name as application,
    coalesce(host(a.client_addr), case when a.client_port = -1 then 'the server''s own socket' end) as client,
    a.client_port,
    a.state,
    a.backend_type,
    a.query_id,                                                     --? pg_stat_activity.query_id
    to_char(a.backend_start at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US+00') as backend_start,
    to_char(a.query_start at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US+00') as query_start,
    extract(epoch from clock_timestamp() - a.backend_start)::float8 as backend_age_s,
    extract(epoch from clock_timestamp() - a.xact_start)::float8 as xact_age_s,
    extract(epoch from clock_timestamp() - a.query_start)::float8 as query_age_s,
    extract(epoch from clock_timestamp() - a.state_change)::float8 as state_age_s,
    age(a.backend_xmin) as xmin_age,
    a.wait_event_type || ':' || a.wait_event as wait_event,
    array_to_string(w.blockers, ',') as blocked_by,
    workers.count as workers,                                       --? pg_stat_activity.leader_pid
    p.command,
    p.phase,
    case when p.share > 1 then 1 else p.share end as progress,
    p.relation,
    left(a.query, 20000) as query
from activity as a
left join pg_roles as r on r.oid = a.usesysid
left join named as p on p.pid = a.pid
left join workers on workers.pid = a.pid                            --? pg_stat_activity.leader_pid
left join waiting as w on w.pid = a.pid
where a.pid <> pg_backend_pid()
  and a.backend_type is distinct from 'parallel worker';

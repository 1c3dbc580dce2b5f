-- Who they are that wait or are waited for: sessions, our own (it says which database is ours), and prepared transactions.
-- $1: pids, bigint[]; of those above zero pg_blocking_pids is asked, too
-- Without pg_read_all_stats all that tells what a session of another role does is null, and query says '<insufficient privilege>'.
with wanted as (
    select abs(key)::int as pid, bool_or(key > 0) as asked from unnest($1::bigint[]) as key group by 1
), activity as materialized (
    select * from pg_stat_activity
)
select
    a.pid,
    null as gid,
    null::xid as transaction,
    a.leader_pid,                                                   --? pg_stat_activity.leader_pid
    a.datid as database_oid,
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
    to_char(a.backend_start at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US+00') as backend_start,
    to_char(a.query_start at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US+00') as query_start,
    extract(epoch from clock_timestamp() - a.xact_start)::float8 as xact_age_s,
    extract(epoch from clock_timestamp() - a.query_start)::float8 as query_age_s,
    extract(epoch from clock_timestamp() - a.state_change)::float8 as state_age_s,
    age(a.backend_xmin) as xmin_age,
    a.wait_event_type || ':' || a.wait_event as wait_event,
    p.phase,
    array_to_string(case when w.asked then pg_blocking_pids(a.pid) end, ',') as blocked_by,
    case when a.pid = pg_backend_pid() then extract(epoch from current_setting('deadlock_timeout')::interval)::float8 end as deadlock_timeout_s,
    left(a.query, 2000) as query
from activity as a
left join wanted as w on w.pid = a.pid
left join pg_roles as r on r.oid = a.usesysid
left join pg_stat_progress_create_index as p on p.pid = a.pid
where w.pid is not null
   or a.pid = pg_backend_pid()
   or a.pid in (select l.leader_pid from activity as l join wanted on wanted.pid = l.pid) --? pg_stat_activity.leader_pid
union all
select
    null,
    x.gid,
    x.transaction,
    null,                                                           --? pg_stat_activity.leader_pid
    d.oid,
    x.database,
    x.owner,
    null,
    pg_has_role(x.owner, 'usage') and d.datname = current_database(),
    null,
    null,
    null,
    'prepared',
    null,
    null,
    null,
    extract(epoch from now() - x.prepared)::float8,
    null,
    null,
    age(x.transaction),
    null,
    null,
    null,
    null,
    null
from pg_prepared_xacts as x
left join pg_database as d on d.datname = x.database;

-- How far DDL has come, and whom it waits for. $1: the pid that runs it.
select
    p.phase,
    p.lockers_total, p.lockers_done,
    p.blocks_total, p.blocks_done,
    p.tuples_total, p.tuples_done,
    -- the first of those it waits for; 0: a prepared transaction
    b.pids[1] as pid,
    array_length(b.pids, 1) as blockers,
    a.usename as "user",
    a.application_name as application,
    coalesce(a.state, a.backend_type) as state,
    extract(epoch from clock_timestamp() - a.xact_start)::float8 as xact_age_s,
    left(a.query, 300) as query
from (select array_agg(distinct pid) as pids from unnest(pg_blocking_pids($1::int)) as pid) as b
left join pg_stat_progress_create_index as p on p.pid = $1::int
left join pg_stat_activity as a on a.pid = b.pids[1]

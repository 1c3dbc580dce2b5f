-- How far DDL, VACUUM or ANALYZE has come, and whom it waits for. $1: the pid that runs it.
select
    coalesce(
        a.phase,                                                    --? pg_stat_progress_analyze.phase
        v.phase, i.phase) as phase,
    i.lockers_total, i.lockers_done,
    coalesce(
        a.sample_blks_total,                                        --? pg_stat_progress_analyze.phase
        v.heap_blks_total, i.blocks_total) as blocks_total,
    coalesce(
        a.sample_blks_scanned,                                      --? pg_stat_progress_analyze.phase
        v.heap_blks_scanned, i.blocks_done) as blocks_done,
    i.tuples_total, i.tuples_done,
    -- the first of those it waits for; 0: a prepared transaction
    b.pids[1] as pid,
    array_length(b.pids, 1) as blockers,
    s.usename as "user",
    s.application_name as application,
    coalesce(s.state, s.backend_type) as state,
    extract(epoch from clock_timestamp() - s.xact_start)::float8 as xact_age_s,
    left(s.query, 300) as query
from (select array_agg(distinct pid) as pids from unnest(pg_blocking_pids($1::int)) as pid) as b
left join pg_stat_progress_create_index as i on i.pid = $1::int
left join pg_stat_progress_vacuum as v on v.pid = $1::int
left join pg_stat_progress_analyze as a on a.pid = $1::int          --? pg_stat_progress_analyze.phase
left join pg_stat_activity as s on s.pid = b.pids[1]

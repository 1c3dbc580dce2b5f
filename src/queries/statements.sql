-- Counters of every statement pg_stat_statements knows, without their texts: reading those costs more than all the rest.
-- A role without pg_read_all_stats gets the counters of others too, but with queryid null. Names of roles and databases: names.sql.
-- A row is one (userid, dbid, toplevel, queryid).
--= copy, nulls in: queryid
select
    s.userid,
    s.dbid,
    s.toplevel,                                                 --? pg_stat_statements.toplevel
    s.queryid,
    s.calls,
    s.total_exec_time,                                          --? pg_stat_statements.total_exec_time
    s.max_exec_time,                                            --? pg_stat_statements.total_exec_time
    s.stddev_exec_time,                                         --? pg_stat_statements.total_exec_time
--? pg_stat_statements.total_time:       s.total_time as total_exec_time,
--? pg_stat_statements.total_time:       s.max_time as max_exec_time,
--? pg_stat_statements.total_time:       s.stddev_time as stddev_exec_time,
    s.plans,                                                    --? pg_stat_statements.plans
    s.total_plan_time,                                          --? pg_stat_statements.plans
    s.shared_blks_hit,
    s.shared_blks_read,
    s.temp_blks_written,
    s.wal_bytes::int8 as wal_bytes,                             --? pg_stat_statements.wal_bytes
    s.shared_blk_read_time + s.shared_blk_write_time            --? pg_stat_statements.shared_blk_read_time
        + s.local_blk_read_time + s.local_blk_write_time        --? pg_stat_statements.shared_blk_read_time
--? pg_stat_statements.blk_read_time:    s.blk_read_time + s.blk_write_time
        + s.temp_blk_read_time + s.temp_blk_write_time          --? pg_stat_statements.temp_blk_read_time
        as io_ms,
    date_part('epoch', s.stats_since) as since_s,               --? pg_stat_statements.stats_since
    s.rows
from pg_stat_statements(false) as s;                            --@ pg_stat_statements

-- Counters of every statement pg_stat_statements knows, without their texts: reading those costs more than all the rest.
-- A role without pg_read_all_stats gets the counters of others too, but with queryid null.
-- A row is one (userid, dbid, toplevel, queryid).
select
    s.userid,
    s.dbid,
    s.toplevel,                                                 --? pg_stat_statements.toplevel
    s.queryid,
    r.rolname as "user",
    d.datname as database,
    s.calls,
    s.total_exec_time,
    s.max_exec_time,
    s.stddev_exec_time,
    s.plans,
    s.total_plan_time,
    s.shared_blks_hit,
    s.shared_blks_read,
    s.shared_blks_dirtied,
    s.temp_blks_read,
    s.temp_blks_written,
    s.wal_bytes::float8 as wal_bytes,
    s.shared_blk_read_time + s.local_blk_read_time + s.temp_blk_read_time as read_ms,      --? pg_stat_statements.shared_blk_read_time
    s.shared_blk_write_time + s.local_blk_write_time + s.temp_blk_write_time as write_ms,  --? pg_stat_statements.shared_blk_read_time
--? pg_stat_statements.blk_read_time:    s.blk_read_time as read_ms,
--? pg_stat_statements.blk_read_time:    s.blk_write_time as write_ms,
    extract(epoch from s.stats_since)::float8 as since_s,       --? pg_stat_statements.stats_since
    s.rows
from pg_stat_statements(false) as s                             --@ pg_stat_statements
left join pg_roles as r on r.oid = s.userid
left join pg_database as d on d.oid = s.dbid;

-- How often a statement was called in this database, by all roles whose statements this one may see, and for how long that was counted. One row;
-- calls are null when there were none.
-- $1: its queryid
select
    sum(s.calls)::float8 as calls,
    sum(s.rows)::float8 as rows,
    extract(epoch from clock_timestamp() - min(s.stats_since))::float8 as since_s,              --? pg_stat_statements.stats_since
    extract(epoch from clock_timestamp() - min(i.stats_reset))::float8 as since_reset_s,        --? pg_stat_statements_info.stats_reset
    $1::bigint as queryid
from pg_stat_statements(false) as s                                                            --@ pg_stat_statements
cross join pg_stat_statements_info as i                                                        --@ pg_stat_statements --? pg_stat_statements_info.stats_reset
where s.queryid = $1::bigint
  and s.dbid = (select d.oid from pg_database as d where d.datname = current_database())
  and s.toplevel                                                                               --? pg_stat_statements.toplevel

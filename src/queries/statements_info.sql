-- Since when pg_stat_statements counts, and whether it has had to forget statements (dealloc: how often). One row.
select
    extract(epoch from stats_reset)::float8 as reset_at_s,              --? pg_stat_statements_info.stats_reset
    extract(epoch from now() - stats_reset)::float8 as since_reset_s,   --? pg_stat_statements_info.stats_reset
    dealloc,                                                            --? pg_stat_statements_info.dealloc
    current_setting('pg_stat_statements.max')::int as max_statements
from (values (1)) as one
cross join pg_stat_statements_info                                      --@ pg_stat_statements --? pg_stat_statements_info.dealloc
;

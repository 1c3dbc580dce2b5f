-- Since when this database's tables are counted, and when autovacuum would come to them. One row.
select
    extract(epoch from now())::float8 as now_s,
    extract(epoch from now() - pg_stat_get_db_stat_reset_time(oid))::float8 as since_reset_s,
    current_setting('autovacuum')::bool as autovacuum,
    current_setting('autovacuum_vacuum_threshold')::float8 as vacuum_threshold,
    current_setting('autovacuum_vacuum_scale_factor')::float8 as vacuum_scale,
    current_setting('autovacuum_analyze_threshold')::float8 as analyze_threshold,
    current_setting('autovacuum_analyze_scale_factor')::float8 as analyze_scale
from pg_database
where datname = current_database();

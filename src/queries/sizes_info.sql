-- How long the counters of this database have been counting, and who else may use its indexes: standbys count their own scans.
select
    extract(epoch from now() - stats_reset)::float8 as counted_s,
    extract(epoch from now() - pg_postmaster_start_time())::float8 as up_s,
    extract(epoch from now())::float8 as now_s,
    (select count(*) from pg_stat_replication) as standbys
from pg_stat_database
where datname = current_database();

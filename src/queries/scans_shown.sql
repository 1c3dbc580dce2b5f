-- Some tables of scans.sql read again, those on screen, and with a partitioned one its partitions: the columns that change.
-- $1: oids, int8[]
with recursive wanted (oid) as (
    select unnest($1::int8[])::oid
     union
    select inhrelid from pg_inherits join wanted on inhparent = wanted.oid
), chosen (oids) as materialized (
    select array(select oid from wanted) -- as a list they are found by index
), indexes as (
    select indrelid as oid, sum(pg_stat_get_numscans(indexrelid))::int8 as scans, sum(pg_stat_get_tuples_returned(indexrelid))::int8 as entries
      from pg_index
     where indrelid = any ((select oids from chosen)::oid[])
     group by indrelid
)
select
    c.oid::int8 as oid,
    extract(epoch from clock_timestamp())::float8 as taken_s,
    -- counters
    pg_stat_get_numscans(c.oid) as seq_scans,
    pg_stat_get_tuples_returned(c.oid) as seq_rows,
    coalesce(i.scans, 0) as index_scans,
    coalesce(i.entries, 0) as index_rows,
    pg_stat_get_tuples_inserted(c.oid) as inserted,
    pg_stat_get_tuples_updated(c.oid) as updated,
    pg_stat_get_tuples_hot_updated(c.oid) as hot_updated,
    pg_stat_get_tuples_newpage_updated(c.oid) as newpage_updated,                 --? pg_stat_all_tables.n_tup_newpage_upd
    pg_stat_get_tuples_deleted(c.oid) as deleted,
    pg_stat_get_blocks_fetched(c.oid) as blocks_fetched,
    pg_stat_get_blocks_hit(c.oid) as blocks_hit,
    -- how it stands
    extract(epoch from pg_stat_get_lastscan(c.oid))::float8 as scanned_at_s,       --? pg_stat_all_tables.last_seq_scan
    c.reltuples::float8 as rows_estimate,
    c.relpages::int8 as pages,
    pg_stat_get_live_tuples(c.oid) as live_rows,
    pg_stat_get_dead_tuples(c.oid) as dead_rows,
    pg_stat_get_mod_since_analyze(c.oid) as changed_since_analyze,
    extract(epoch from greatest(pg_stat_get_last_analyze_time(c.oid), pg_stat_get_last_autoanalyze_time(c.oid)))::float8 as analyzed_at_s,
    extract(epoch from greatest(pg_stat_get_last_vacuum_time(c.oid), pg_stat_get_last_autovacuum_time(c.oid)))::float8 as vacuumed_at_s
from pg_class as c
left join indexes as i on i.oid = c.oid
where c.oid = any ((select oids from chosen)::oid[]);

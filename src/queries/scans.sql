-- How each table of this database is read and written: counters since the statistics were reset, sizes as VACUUM and ANALYZE saw them.
-- Not by the view pg_stat_user_tables, which takes four times as long. A partition names its parent, which has no counters of its own.
-- taken_s: when the row was read, since rows on screen are read more often (scans_shown.sql).
--= copy, nulls in: parent scanned_at_s analyzed_at_s vacuumed_at_s total_pages
with locked as materialized (
    -- sizes of these would have to wait, if only behind somebody who waits for such a lock
    select relation from pg_locks
     where locktype = 'relation' and mode = 'AccessExclusiveLock' and pid is distinct from pg_backend_pid()
       and database = (select oid from pg_database where datname = current_database())
), schemas as materialized (
    select oid, quote_ident(nspname) || '.' as prefix from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema'
), indexes as (
    select indrelid as oid, sum(pg_stat_get_numscans(indexrelid))::int8 as scans, sum(pg_stat_get_tuples_returned(indexrelid))::int8 as entries,
           sum(relpages) as pages
      from pg_index
      join pg_class on pg_class.oid = indexrelid
     where relnamespace in (select oid from schemas)
     group by indrelid
)
select
    c.oid::int8 as oid,
    s.prefix || quote_ident(c.relname) as relation,
    c.relkind = 'p' as partitioned,
    (select inhparent::int8 from pg_inherits where inhrelid = c.oid and c.relispartition) as parent,
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
    extract(epoch from greatest(pg_stat_get_last_vacuum_time(c.oid), pg_stat_get_last_autovacuum_time(c.oid)))::float8 as vacuumed_at_s,
    c.reloptions::text as options,
    -- in blocks, indexes and TOAST included; a large table that was never vacuumed nor analyzed has to be looked at
    case when c.relpages > 0 then c.relpages + coalesce(i.pages, 0) + coalesce(t.relpages, 0)
         when pg_stat_get_live_tuples(c.oid) + pg_stat_get_dead_tuples(c.oid) >= 10000 and c.oid not in (select relation from locked)
         then pg_total_relation_size(c.oid) / current_setting('block_size')::int end as total_pages
from pg_class as c
join schemas as s on s.oid = c.relnamespace
left join indexes as i on i.oid = c.oid
left join pg_class as t on t.oid = c.reltoastrelid and t.relkind = 't'
where c.relkind in ('r', 'p', 'm')
  and c.relpersistence <> 't';

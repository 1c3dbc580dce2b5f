-- Some relations of sizes.sql looked at again, those on screen, with the indexes of tables and the partitions of partitioned ones.
-- $1: oids, int8[]
with recursive locks as materialized (
    select relation as oid, mode from pg_locks
     where locktype = 'relation' and mode in ('AccessExclusiveLock', 'ShareUpdateExclusiveLock') and pid is distinct from pg_backend_pid()
       and database in (0, (select oid from pg_database where datname = current_database()))
), locked as materialized (
    select oid from locks where mode = 'AccessExclusiveLock'
), worked_on as materialized (
    select oid from locks where mode = 'ShareUpdateExclusiveLock'
), wanted (oid) as (
    select unnest($1::int8[])::oid
     union
    select inhrelid from wanted join pg_inherits on inhparent = wanted.oid
), tables (oids) as materialized (
    select array(select oid from wanted limit 300) -- as a list they are found by index
), relations as materialized (
    select oid, oid as owner from unnest((select oids from tables)) as oid
     union
    select indexrelid, indrelid from pg_index where indrelid = any ((select oids from tables)::oid[])
), chosen (oids) as materialized (
    select array(select oid from relations)
)
select
    c.oid::int8 as oid,
    e.locked,
    case when e.exact and c.relkind <> 'i' then (select sum(pg_relation_size(c.oid, fork))::int8 from unnest(array['main', 'fsm', 'vm', 'init']) as fork) end as table_bytes,
    case when e.exact and c.relkind = 'i' then pg_table_size(c.oid) end as index_bytes,
    case when e.exact and c.relkind <> 'i' then coalesce(pg_total_relation_size(nullif(c.reltoastrelid, 0)), 0) end as toast_bytes,
    case when e.exact then extract(epoch from clock_timestamp())::float8 end as at_s,
    case when c.relkind = 'r' then pg_stat_get_live_tuples(c.oid) end as live_rows,
    case when c.relkind = 'r' then pg_stat_get_dead_tuples(c.oid) end as dead_rows,
    case when c.relkind = 'r' then pg_stat_get_tuples_inserted(c.oid) + pg_stat_get_tuples_updated(c.oid) + pg_stat_get_tuples_deleted(c.oid) end as writes,
    case when c.relkind in ('i', 'I') then pg_stat_get_numscans(c.oid) end as scans,
    case when c.relkind in ('i', 'I') then extract(epoch from pg_stat_get_lastscan(c.oid))::float8 end as scanned_at_s,  --? pg_stat_all_indexes.last_idx_scan
    i.indisvalid as valid,
    i.indisready as ready,
    coalesce(i.indrelid, c.oid) in (select oid from worked_on) as worked_on
from pg_class as c
left join lateral (select indrelid, indisvalid, indisready from pg_index where indexrelid = c.oid) as i on true
cross join lateral (select c.oid in (select oid from locked) or c.reltoastrelid in (select oid from locked) as locked) as l
cross join lateral (select l.locked, not l.locked and c.relkind in ('r', 'm', 'i') as exact) as e
where c.oid = any ((select oids from chosen)::oid[]);

-- What takes the space in this database: its biggest tables, with their partitions, indexes and TOAST.
-- What VACUUM, ANALYZE and CREATE INDEX saw last (relpages) ranks all relations; the files of the first ones are looked at.
-- A table under an exclusive lock, or about to be, would have to be waited for: it keeps its estimates.
with recursive locks as materialized (
    select relation as oid, mode from pg_locks
     where locktype = 'relation' and mode in ('AccessExclusiveLock', 'ShareUpdateExclusiveLock') and pid is distinct from pg_backend_pid()
       and database in (0, (select oid from pg_database where datname = current_database()))
), locked as materialized (
    select oid from locks where mode = 'AccessExclusiveLock'
), worked_on as materialized (
    select oid from locks where mode = 'ShareUpdateExclusiveLock'
), ranked as materialized (
    select oid, relkind, pages
      from (select oid, relkind,
                   -- nobody has vacuumed or analyzed it yet, but its rows were counted
                   case when relpages = 0 and relkind in ('r', 'm') then pg_stat_get_live_tuples(oid) / 50 else relpages end as pages
              from pg_class
             where relkind in ('r', 'm', 't', 'i', 'p')) as relations
     where oid >= 16384 or pages >= 16384 -- the system's own only when they have grown out of proportion
     order by pages desc
     limit 600
), tables as materialized (
    -- an index is its table's, a TOAST table bears the number of its own
    select case when c.relkind = 't' then substring(c.relname from '^pg_toast_([0-9]+)$')::oid else c.oid end as oid, max(r.pages) as pages
      from ranked as r
     cross join lateral (select oid, relkind, relname from pg_class
                          where oid = case when r.relkind = 'i' then (select indrelid from pg_index where indexrelid = r.oid) else r.oid end
                         offset 0) as c
     group by 1
), parents as materialized (
    select distinct a.relid::oid as oid from tables, pg_partition_ancestors(tables.oid) as a join pg_class as c on c.oid = a.relid and c.relkind = 'p'
), parts (top, oid) as (
    -- a partitioned table is what its partitions are; pg_partition_tree() would lock them
    select p.oid, i.inhrelid from parents as p join pg_inherits as i on i.inhparent = p.oid
     union
    select p.top, i.inhrelid from parts as p join pg_inherits as i on i.inhparent = p.oid
), leaves as materialized (
    select p.top, c.oid, c.relpages as table_pages, t.relpages as toast_pages,
           (select sum(x.relpages) from pg_index as i join pg_class as x on x.oid = i.indexrelid where i.indrelid = c.oid) as index_pages
      from parts as p
      join pg_class as c on c.oid = p.oid and c.relkind = 'r'
      left join pg_class as t on t.oid = c.reltoastrelid
), sums as (
    select top, count(*) as leaves, sum(table_pages) as table_pages, sum(toast_pages) as toast_pages, sum(index_pages) as index_pages
      from leaves group by top
), listed as (
    select oid, row_number() over (order by max(pages) desc) as place
      from (select oid, pages from tables
             union all select oid, 0 from parents
             union all (select oid, table_pages from leaves order by table_pages desc limit 1000)) as all_of_them
     group by oid
), chosen as materialized (
    select c.oid, c.relkind, quote_ident(n.nspname) || '.' as prefix, c.relname, c.relpersistence, c.relispartition, c.reltuples, c.reloptions,
           c.reltoastrelid, s.leaves, coalesce(s.table_pages, c.relpages) as table_pages, coalesce(s.toast_pages, t.relpages) as toast_pages,
           s.index_pages, l.place <= 100 as big, c.oid in (select oid from locked) or c.reltoastrelid in (select oid from locked) as locked
      from listed as l
      join pg_class as c on c.oid = l.oid and c.relkind in ('r', 'm', 'p')
      join pg_namespace as n on n.oid = c.relnamespace
      left join pg_class as t on t.oid = c.reltoastrelid
      left join sums as s on s.top = c.oid
)
select
    c.oid::int8 as oid,
    (select inhparent::int8 from pg_inherits where inhrelid = c.oid and c.relispartition) as parent,
    c.relkind::text as kind,
    c.prefix || quote_ident(c.relname) as relation,
    c.relpersistence = 't' as temporary,
    c.locked,
    -- as seen last, in blocks; a partitioned table's, and its indexes', are those of its partitions
    c.leaves,
    c.table_pages::int8 as table_pages,
    c.index_pages::int8 as index_pages,
    c.toast_pages::int8 as toast_pages,
    -- as they are
    case when e.exact then (select sum(pg_relation_size(c.oid, fork))::int8 from unnest(array['main', 'fsm', 'vm', 'init']) as fork) end as table_bytes,
    null::int8 as index_bytes,
    case when e.exact then coalesce(pg_total_relation_size(nullif(c.reltoastrelid, 0)), 0) end as toast_bytes,
    case when e.exact then extract(epoch from clock_timestamp())::float8 end as at_s,
    -- wear
    pg_stat_get_live_tuples(c.oid) as live_rows,
    pg_stat_get_dead_tuples(c.oid) as dead_rows,
    pg_stat_get_tuples_inserted(c.oid) + pg_stat_get_tuples_updated(c.oid) + pg_stat_get_tuples_deleted(c.oid) as writes,
    extract(epoch from greatest(pg_stat_get_last_vacuum_time(c.oid), pg_stat_get_last_autovacuum_time(c.oid)))::float8 as vacuumed_at_s,
    coalesce('autovacuum_enabled=false' = any (c.reloptions), false) as autovacuum_off,
    -- of an index
    null::int8 as scans,
    null::float8 as scanned_at_s,                                       --? pg_stat_all_indexes.last_idx_scan
    null::bool as "unique",
    null::bool as "primary",
    null::bool as "constraint",
    null::bool as identity,
    null::int8 as attached,
    null::bool as expression,
    null::bool as valid,
    null::bool as ready,
    c.oid in (select oid from worked_on) as worked_on
from chosen as c
cross join lateral (select c.big and not c.locked and c.relkind <> 'p' as exact) as e
union all
select
    x.oid::int8,
    c.oid::int8,
    x.relkind::text,
    c.prefix || quote_ident(x.relname),
    c.relpersistence = 't',
    e.locked,
    null,
    null,
    x.relpages,
    null,
    null,
    case when e.exact then pg_table_size(x.oid) end,
    null,
    case when e.exact then extract(epoch from clock_timestamp())::float8 end,
    null,
    null,
    null,
    null,
    null,
    pg_stat_get_numscans(x.oid),
    extract(epoch from pg_stat_get_lastscan(x.oid))::float8,              --? pg_stat_all_indexes.last_idx_scan
    x.indisunique,
    x.indisprimary,
    exists (select from pg_constraint where conrelid = c.oid and conindid = x.oid and contype in ('p', 'u', 'x')),
    x.indisreplident,
    (select inhparent::int8 from pg_inherits where inhrelid = x.oid and x.relispartition),
    x.expression,
    x.indisvalid,
    x.indisready,
    c.oid in (select oid from worked_on)
from chosen as c
cross join lateral (
    select k.oid, k.relkind, k.relname, k.relpages, k.relispartition, i.indisunique, i.indisprimary, i.indisreplident,
           i.indexprs is not null as expression, i.indisvalid, i.indisready
      from pg_index as i
      join pg_class as k on k.oid = i.indexrelid
     where i.indrelid = c.oid
    offset 0) as x
cross join lateral (select x.oid in (select oid from locked) as locked, c.big and x.relkind = 'i' and x.oid not in (select oid from locked) as exact) as e;

-- Tables by name, with their size and the wear since statistics were reset; of a partition its parents, too.
-- $1: schemas, text[]; null where none was written: then the first of $3 that has such a table, else the only one
-- $2: names, text[]
-- $3: schemas in the order they are searched, text[]
with wanted as (
    select schema, name from unnest($1::text[], $2::text[]) as w (schema, name)
), candidates as (
    select c.oid, w.schema, w.name, array_position($3::text[], n.nspname::text) as place, count(*) over (partition by w.schema, w.name) as rivals
      from wanted as w
      join pg_class as c on c.relname = w.name
      join pg_namespace as n on n.oid = c.relnamespace and n.nspname = coalesce(w.schema, n.nspname)
     where c.relkind in ('r', 'p', 'm', 't', 'f', 'v')
), named as (
    select distinct on (schema, name) oid
      from candidates
     where schema is not null or place is not null or rivals = 1
     order by schema, name, place
), chosen as (
    select oid from named
     union
    select relid from named, pg_partition_ancestors(oid)
), locked as (
    -- sizes of these would have to wait, if only behind somebody who waits for such a lock
    select relation from pg_locks
     where locktype = 'relation' and mode = 'AccessExclusiveLock' and pid is distinct from pg_backend_pid()
       and database in (0, (select oid from pg_database where datname = current_database()))
)
select
    c.oid,
    n.nspname as schema,
    c.relname as name,
    c.relkind::text as kind,
    case when c.relkind = 'p' and c.oid not in (select relation from locked) then pg_get_partkeydef(c.oid) end as partition_key,
    c.relpersistence = 't' as temporary,
    c.oid in (select relation from locked) as locked,
    case when leaves.relations is null then c.reltuples else leaves.rows end as rows,
    coalesce(leaves.pages, c.relpages) as pages,
    coalesce(leaves.all_visible_pages, c.relallvisible) as all_visible_pages,
    coalesce(leaves.bytes, case when c.relkind in ('r', 'm', 't') and c.oid not in (select relation from locked) then pg_relation_size(c.oid) end) as bytes,
    (select option_value::float8 from pg_options_to_table(c.reloptions) where option_name = 'parallel_workers') as parallel_workers,
    pg_stat_get_live_tuples(c.oid) as live_rows,
    pg_stat_get_dead_tuples(c.oid) as dead_rows,
    pg_stat_get_mod_since_analyze(c.oid) as modified_since_analyze,
    pg_stat_get_tuples_updated(c.oid) as updates,
    pg_stat_get_tuples_hot_updated(c.oid) as hot_updates,
    pg_stat_get_tuples_inserted(c.oid) as inserts,
    pg_stat_get_tuples_deleted(c.oid) as deletes,
    extract(epoch from greatest(pg_stat_get_last_analyze_time(c.oid), pg_stat_get_last_autoanalyze_time(c.oid)))::float8 as analyzed_at_s
from chosen
join pg_class as c on c.oid = chosen.oid
join pg_namespace as n on n.oid = c.relnamespace
left join lateral (
    -- a partitioned table is what its partitions are; pg_partition_tree() would lock them
    with recursive parts (oid) as (
        select inhrelid from pg_inherits where inhparent = c.oid
         union all
        select inhrelid from pg_inherits join parts on inhparent = parts.oid
    )
    select count(*) as relations,
           sum(greatest(l.reltuples, 0)) as rows,
           sum(l.relpages) as pages,
           sum(l.relallvisible) as all_visible_pages,
           sum(case when l.relkind = 'r' and l.oid not in (select relation from locked) then pg_relation_size(l.oid) end) as bytes
      from parts
      join pg_class as l on l.oid = parts.oid
     where l.relkind <> 'p') as leaves on c.relkind = 'p'
where c.relkind <> 'v'
order by schema, name;

-- Indexes of some tables, or these indexes themselves, as they were made and used.
-- $1: relations, oid[]
with locked as (
    -- whatever opens these would have to wait
    select relation from pg_locks
     where locktype = 'relation' and mode = 'AccessExclusiveLock' and pid is distinct from pg_backend_pid()
       and database in (0, (select oid from pg_database where datname = current_database()))
)
select
    case when i.indexrelid = any ($1::oid[]) then i.indexrelid else i.indrelid end as relation,
    c.relname as name,
    case when locks.held then null else pg_get_indexdef(i.indexrelid) end as definition,
    i.indisprimary as "primary",
    i.indisunique as "unique",
    i.indisvalid as valid,
    i.indisclustered as clustered,
    i.indisreplident as replica_identity,
    case when c.relkind = 'i' and not locks.held then pg_relation_size(c.oid) else c.relpages::int8 * current_setting('block_size')::int8 end as bytes,
    pg_stat_get_numscans(c.oid) as scans
from pg_index as i
join pg_class as c on c.oid = i.indexrelid
cross join lateral (select i.indrelid in (select relation from locked) or i.indexrelid in (select relation from locked)) as locks (held)
where i.indrelid = any ($1::oid[])
   or i.indexrelid = any ($1::oid[])
order by 1, i.indisprimary desc, c.relname;

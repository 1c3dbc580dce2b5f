-- Indexes that might be the ones that are wanted, as they are now: $1: tables, as SQL writes them; $2: numbers of keys.
select
    n.nspname as schema,
    t.relname as "table",
    c.relname as name,
    pg_get_indexdef(i.indexrelid) as definition,
    p.relname as attached_to,
    i.indisvalid as valid,
    -- who builds one holds such a lock on its table; of other roles no more may be seen
    exists (select from pg_locks as l
            left join pg_stat_activity as a on a.pid = l.pid
            where l.locktype = 'relation' and l.relation = i.indrelid and l.mode = 'ShareUpdateExclusiveLock' and l.granted
              and l.database = (select oid from pg_database where datname = current_database())
              and a.backend_type is distinct from 'autovacuum worker') as being_built
from unnest($1::text[]) as named (name)
join pg_class as t on t.oid = to_regclass(named.name)
join pg_namespace as n on n.oid = t.relnamespace
join pg_index as i on i.indrelid = t.oid
join pg_class as c on c.oid = i.indexrelid
left join pg_inherits as h on h.inhrelid = i.indexrelid
left join pg_class as p on p.oid = h.inhparent
where not i.indisunique and i.indnkeyatts = any ($2::int[])
order by c.relname

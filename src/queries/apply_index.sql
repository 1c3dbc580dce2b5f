-- A name in a schema, before an index is made under it and after that failed. $1, $2: schema and name; $3: the table, or an index of it, as SQL
-- writes it.
-- No row: the name is free.
select
    c.oid,
    coalesce(i.indisvalid, true) as valid,
    coalesce(i.indrelid in (to_regclass($3)::oid, (select indrelid from pg_index where indexrelid = to_regclass($3))), false) as of_the_table,
    -- who builds it holds such a lock on its table; of other roles no more may be seen
    exists (select from pg_locks as l
            left join pg_stat_activity as a on a.pid = l.pid
            where l.locktype = 'relation' and l.relation = i.indrelid and l.mode = 'ShareUpdateExclusiveLock' and l.granted
              and l.database = (select oid from pg_database where datname = current_database())
              and l.pid <> pg_backend_pid() and a.backend_type is distinct from 'autovacuum worker') as being_built,
    quote_ident(n.nspname) || '.' || quote_ident(c.relname) as name
from pg_class as c
join pg_namespace as n on n.oid = c.relnamespace
left join pg_index as i on i.indexrelid = c.oid
where n.nspname = $1 and c.relname = $2

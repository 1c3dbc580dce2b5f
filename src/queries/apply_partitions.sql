-- What a partitioned table consists of, those nearer to it first. $1: the table, as SQL writes it.
select n.nspname as schema, c.relname as name, pn.nspname as parent_schema, p.relname as parent, c.relkind::text as kind
from pg_partition_tree(to_regclass($1)) as t
join pg_class as c on c.oid = t.relid
join pg_namespace as n on n.oid = c.relnamespace
join pg_class as p on p.oid = t.parentrelid
join pg_namespace as pn on pn.oid = p.relnamespace
where t.level > 0
order by t.level, n.nspname, c.relname

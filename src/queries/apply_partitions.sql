-- What partitioned tables consist of, those nearer to them first. $1: tables, as SQL writes them.
select n.nspname as schema, c.relname as name, pn.nspname as parent_schema, p.relname as parent, c.relkind::text as kind
from unnest($1::text[]) as named (name)
cross join lateral pg_partition_tree(to_regclass(named.name)) as t
join pg_class as c on c.oid = t.relid
join pg_namespace as n on n.oid = c.relnamespace
join pg_class as p on p.oid = t.parentrelid
join pg_namespace as pn on pn.oid = p.relnamespace
where t.level > 0
order by t.level, n.nspname, c.relname

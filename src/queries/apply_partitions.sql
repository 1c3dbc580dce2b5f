-- What partitioned tables consist of, those nearer to them first. $1: tables, as SQL writes them.
with recursive parts (parent, oid, level) as (
    -- pg_partition_tree() would lock them
    select i.inhparent, i.inhrelid, 1
    from unnest($1::text[]) as named (name)
    join pg_inherits as i on i.inhparent = to_regclass(named.name)
     union all
    select i.inhparent, i.inhrelid, level + 1 from pg_inherits as i join parts on i.inhparent = parts.oid
)
select n.nspname as schema, c.relname as name, pn.nspname as parent_schema, p.relname as parent, c.relkind::text as kind
from parts
join pg_class as c on c.oid = parts.oid
join pg_namespace as n on n.oid = c.relnamespace
join pg_class as p on p.oid = parts.parent
join pg_namespace as pn on pn.oid = p.relnamespace
where p.relkind = 'p'
order by parts.level, n.nspname, c.relname

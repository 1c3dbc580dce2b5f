-- Partitions of some partitioned tables, and theirs, each behind its parent.
-- $1: tables, oid[]
with recursive parts (relation, parent, oid, level) as (
    -- pg_partition_tree() would lock them
    select inhparent, inhparent, inhrelid, 1 from pg_inherits where inhparent = any ($1::oid[])
     union all
    select relation, i.inhparent, i.inhrelid, level + 1 from pg_inherits as i join parts on i.inhparent = parts.oid
)
select
    relation,
    n.nspname as schema,
    c.relname as name,
    c.relkind::text as kind,
    pn.nspname as parent_schema,
    p.relname as parent
from parts
join pg_class as c on c.oid = parts.oid
join pg_namespace as n on n.oid = c.relnamespace
join pg_class as p on p.oid = parts.parent
join pg_namespace as pn on pn.oid = p.relnamespace
where p.relkind = 'p'
order by relation, level, schema, name;

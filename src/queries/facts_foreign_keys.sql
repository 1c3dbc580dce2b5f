-- Foreign keys that refer to some tables, and to those a deletion or change cascades to, a row for each of their columns, in order.
-- $1: tables, oid[]
with recursive reached (oid) as (
    select unnest($1::oid[])
     union
    select c.conrelid
      from pg_constraint as c
      join reached on c.confrelid = reached.oid
     where c.contype = 'f' and (c.confdeltype in ('c', 'n', 'd') or c.confupdtype in ('c', 'n', 'd'))
)
select
    c.oid as "constraint",
    c.conname as name,
    n.nspname as schema,
    t.relname as "table",
    t.relkind = 'p' as partitioned,
    r.relname as referred,
    a.attname as "column",
    exists (select from pg_index as i
              join pg_class as ic on ic.oid = i.indexrelid
              join pg_am as m on m.oid = ic.relam
             where i.indrelid = c.conrelid and i.indisvalid and i.indpred is null and m.amname <> 'brin'
               and (i.indkey::int2[])[0:cardinality(c.conkey) - 1] @> c.conkey) as indexed
from reached
join pg_constraint as c on c.confrelid = reached.oid and c.contype = 'f'
join pg_class as t on t.oid = c.conrelid
join pg_namespace as n on n.oid = t.relnamespace
join pg_class as r on r.oid = c.confrelid
cross join lateral unnest(c.conkey) with ordinality as k (attnum, n)
join pg_attribute as a on a.attrelid = c.conrelid and a.attnum = k.attnum
order by c.oid, k.n;

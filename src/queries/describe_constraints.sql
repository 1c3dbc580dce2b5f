-- Constraints of some tables, and those of others that refer to them.
-- $1: relations, oid[]
select
    c.conrelid as relation,
    c.conname as name,
    pg_get_constraintdef(c.oid, true) as definition,
    c.convalidated as valid,
    null as "table"
from pg_constraint as c
where c.conrelid = any ($1::oid[])
  and c.contype in ('c', 'f', 'p', 'u', 'x')
union all
select
    c.confrelid,
    c.conname,
    pg_get_constraintdef(c.oid, true),
    c.convalidated,
    format('%I.%I', n.nspname, t.relname)
from pg_constraint as c
join pg_class as t on t.oid = c.conrelid
join pg_namespace as n on n.oid = t.relnamespace
where c.confrelid = any ($1::oid[])
  and c.contype = 'f'
  and c.conparentid = 0
order by 1, 5, 2;

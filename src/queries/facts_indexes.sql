-- Indexes of some tables, a row for each of their columns, in order.
-- $1: tables, oid[]
-- $2: of these, the ones under an exclusive lock, oid[]: whatever opens them would wait, so less is told of their indexes
select
    i.indrelid as relation,
    i.indexrelid as index,
    c.relname as name,
    m.amname as method,
    i.indisvalid and i.indisready as valid,
    i.indisunique as "unique",
    i.indisprimary as "primary",
    exists (select from pg_constraint
             where conrelid = i.indrelid and conindid = i.indexrelid and contype in ('p', 'u', 'x')) as "constraint",
    k.n > i.indnkeyatts as included,
    case when not x.locked then pg_get_indexdef(i.indexrelid, k.n::int, true)
         else (select quote_ident(attname) from pg_attribute where attrelid = i.indrelid and attnum = k.attnum and attnum > 0)
    end as key,
    i.indoption[k.n::int - 1] & 1 = 1 as descending,
    i.indoption[k.n::int - 1] & 2 = 2 as nulls_first,
    case when k.n <= i.indnkeyatts
         then (select quote_ident(opcname) from pg_opclass where oid = i.indclass[k.n::int - 1] and not opcdefault)
    end as opclass,
    i.indpred is not null as partial,
    case when not x.locked then pg_get_expr(i.indpred, i.indrelid, true) end as predicate,
    case when not x.locked then pg_get_indexdef(i.indexrelid) end as definition,
    case when not x.locked and c.relkind = 'i' then pg_relation_size(c.oid) end as bytes,
    pg_stat_get_numscans(c.oid) as scans
from pg_index as i
join pg_class as c on c.oid = i.indexrelid
join pg_am as m on m.oid = c.relam
cross join lateral (select i.indrelid = any ($2::oid[])) as x (locked)
cross join lateral unnest(i.indkey::int2[]) with ordinality as k (attnum, n)
where i.indrelid = any ($1::oid[])
order by i.indrelid, c.relname, k.n;

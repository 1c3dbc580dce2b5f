-- How some views are made, how some tables are partitioned, and which part a partition is.
-- $1: relations, oid[]
select
    oid as relation,
    case when relkind in ('v', 'm') then pg_get_viewdef(oid, true) end as view,
    case when relkind = 'p' then pg_get_partkeydef(oid) end as partition_key,
    case when relispartition then pg_get_expr(relpartbound, oid) end as bound
from pg_class
where oid = any ($1::oid[]);

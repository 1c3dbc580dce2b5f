-- Columns of some relations and their types.
-- $1: relations, oid[]
select
    attrelid as relation,
    attname as name,
    format_type(atttypid, atttypmod) as type
from pg_attribute
where attrelid = any ($1::oid[])
  and attnum > 0
  and not attisdropped
order by attrelid, attnum;

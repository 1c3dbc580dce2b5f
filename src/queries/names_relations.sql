-- Names of tables, views, sequences and the users' own indexes: a part at a time, so that no part takes long.
-- $1: the last oid of the part before, oid
select
    c.oid,
    c.relnamespace as schema,
    c.relname as name,
    c.relkind::text as kind,
    c.relispartition as partition
from pg_class as c
where c.oid > $1::oid
  and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S', 'i', 'I')
  and c.relnamespace <> all (array(select oid from pg_namespace where nspname ~ '^pg_(toast|temp_)'))
  and (c.relkind not in ('i', 'I') or c.relnamespace <> 'pg_catalog'::regnamespace)
order by c.oid
limit 4000;

-- Which of these names are taken, by whatever. $1: schemas; $2: a name in each.
select n.nspname as schema, c.relname as name
from unnest($1::text[], $2::text[]) as wanted (schema, name)
join pg_namespace as n on n.nspname = wanted.schema
join pg_class as c on c.relnamespace = n.oid and c.relname = wanted.name

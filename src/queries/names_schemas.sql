-- Schemas, and where a name written without one is looked for.
-- $1: schemas in the order they are searched, text[]
select
    oid,
    nspname as name,
    array_position($1::text[], nspname::text) as place
from pg_namespace
where nspname !~ '^pg_(toast|temp_)';

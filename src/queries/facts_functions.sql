-- Functions by name, and whether they may do more than compute: i immutable, s stable, v volatile.
-- $1: schemas, text[]; null where none was written
-- $2: names, text[]
-- $3: schemas in the order they are searched, text[]
select distinct
    n.nspname as schema,
    p.proname as name,
    p.provolatile::text as volatility
from unnest($1::text[], $2::text[]) as w (schema, name)
join pg_proc as p on p.proname = w.name
join pg_namespace as n on n.oid = p.pronamespace and n.nspname = coalesce(w.schema, n.nspname)
where w.schema is not null or n.nspname = any ($3::text[])
order by 1, 2, 3;

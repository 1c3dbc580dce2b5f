-- Which of these names are taken, and by what. $1: schemas; $2: a name in each.
select
    n.nspname as schema,
    c.relname as name,
    quote_ident(n.nspname) || '.' || quote_ident(c.relname) as qualified,
    case when c.relkind in ('i', 'I') then 'an index' when c.relkind = 'v' then 'a view' when c.relkind = 'm' then 'a materialized view'
         when c.relkind = 'S' then 'a sequence' when c.relkind = 'c' then 'a type' else 'a table' end as kind
from unnest($1::text[], $2::text[]) as wanted (schema, name)
join pg_namespace as n on n.nspname = wanted.schema
join pg_class as c on c.relnamespace = n.oid and c.relname = wanted.name

-- What the things are called that locks are on: a word of their kind, and the name as SQL writes it. Empty: not known here
-- (dropped, or made by a transaction that is not over).
-- $1: class and object in one, class << 32 | object, bigint[]
select
    key,
    coalesce(case key >> 32
        when 1259 then (select case c.relkind when 'i' then 'index ' when 'I' then 'index ' when 'S' then 'sequence ' when 'v' then 'view ' else 'table ' end
                               || quote_ident(n.nspname) || '.' || quote_ident(c.relname)
                          from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
                         where c.oid = (key & 4294967295)::oid)
        when 1262 then (select 'database ' || quote_ident(datname) from pg_database where oid = (key & 4294967295)::oid)
        when 1260 then (select 'role ' || quote_ident(rolname) from pg_roles where oid = (key & 4294967295)::oid)
        when 1213 then (select 'tablespace ' || quote_ident(spcname) from pg_tablespace where oid = (key & 4294967295)::oid)
        when 2615 then (select 'schema ' || quote_ident(nspname) from pg_namespace where oid = (key & 4294967295)::oid)
        when 3079 then (select 'extension ' || quote_ident(extname) from pg_extension where oid = (key & 4294967295)::oid)
        when 1247 then (select 'type ' || quote_ident(n.nspname) || '.' || quote_ident(t.typname)
                          from pg_type as t join pg_namespace as n on n.oid = t.typnamespace
                         where t.oid = (key & 4294967295)::oid)
        when 1255 then (select 'function ' || quote_ident(n.nspname) || '.' || quote_ident(f.proname)
                          from pg_proc as f join pg_namespace as n on n.oid = f.pronamespace
                         where f.oid = (key & 4294967295)::oid)
        else (select 'object ' || (key & 4294967295) || ' of ' || quote_ident(relname) from pg_class where oid = (key >> 32)::oid)
    end, '') as text
from unnest($1::bigint[]) as key;

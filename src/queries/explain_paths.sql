-- A statement of somebody else does not find its tables: which search_path may it have run with? Likeliest first.
-- $1: names of tables written without a schema, text[]
select path
from (
    -- what roles and this database are given at log-in, this database's own first
    select substr(setting, length('search_path=') + 1) as path, 1 as choice, -count(*) as place
      from pg_db_role_setting, unnest(setconfig) as setting
     where left(setting, length('search_path=')) = 'search_path='
       and setdatabase in (0, (select oid from pg_database where datname = current_database()))
     group by 1
     union all
    -- schemas that have such tables, those with most of them first
    select quote_ident(nspname), 2, -count(*)
      from pg_class
      join pg_namespace on pg_namespace.oid = relnamespace
     where relname = any ($1::text[])
       and relkind in ('r', 'p', 'v', 'm', 'f')
       and nspname !~ '^pg_'
     group by nspname) as paths
order by choice, place, path
limit 8;

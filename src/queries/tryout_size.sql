-- How large the tables are that an index is to be built on, partitions and all. $1: tables, as SQL writes them.
select sum(pg_relation_size(relation))::float8 as bytes
from (
    select to_regclass(name)::oid as relation from unnest($1::text[]) as name
    union
    select t.relid from unnest($1::text[]) as name, pg_partition_tree(to_regclass(name)) as t where t.isleaf
) as relations

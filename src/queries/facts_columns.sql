-- Columns of some tables, and what ANALYZE found in them, as far as this role may see.
-- $1: tables, oid[]
with tables as materialized (
    select c.oid, nspname, relname, relkind, reltuples
      from pg_class as c
      join pg_namespace as n on n.oid = relnamespace
     where c.oid = any ($1::oid[])
), stats as materialized (
    -- pg_stats looks at every column of the database unless offset 0 keeps it at one table
    select t.oid, s.*
      from tables as t
     cross join lateral (select * from pg_stats
                          where schemaname = t.nspname and tablename = t.relname and inherited = (t.relkind = 'p') offset 0) as s
)
select
    t.oid as relation,
    a.attname as name,
    format_type(a.atttypid, a.atttypmod) as type,
    a.attnotnull as not_null,
    case when s.n_distinct >= 0 then s.n_distinct
         when t.reltuples > 0 then -s.n_distinct * t.reltuples end as distinct_values,
    s.null_frac as null_share,
    s.avg_width as width_bytes,
    s.correlation,
    s.most_common_freqs[1] as top_share,
    left((s.most_common_vals::text::text[])[1], 200) as top_value,
    rare.share as rare_share,
    left(rare.value, 200) as rare_value,
    left(h.bounds[(cardinality(h.bounds) + 1) / 2], 200) as middle_value,
    left(h.bounds[1], 200) as low_value,
    left(h.bounds[cardinality(h.bounds)], 200) as high_value
from tables as t
join pg_attribute as a on a.attrelid = t.oid
left join stats as s on s.oid = t.oid and s.attname = a.attname
left join lateral (select s.histogram_bounds::text::text[] as bounds) as h on true
left join lateral (select s.most_common_freqs[n] as share, (s.most_common_vals::text::text[])[n] as value
                     from (select cardinality(s.most_common_freqs) as n) as last
                    where n > 1) as rare on true
where a.attnum > 0
  and not a.attisdropped
order by t.oid, a.attnum;

-- Relations by pattern, as psql's \d takes them, with what the catalog and the statistics keep of each: nothing here waits for a lock.
-- $1: schema, a regular expression; null where none was written: then only those found without one
-- $2: name, a regular expression; null: all
-- $3: kinds, text[]
-- $4: schemas in the order they are searched, text[]
-- $5: the server's own, too
with candidates as (
    select c.*, n.nspname, array_position($4::text[], n.nspname::text) as place
      from pg_class as c
      join pg_namespace as n on n.oid = c.relnamespace
     where c.relkind::text = any ($3::text[])
       and ($1::text is null or n.nspname ~ $1::text)
       and ($2::text is null or c.relname ~ $2::text)
       and ($1::text is not null or n.nspname::text = any ($4::text[]))
       and ($5::bool or (n.nspname !~ '^pg_' and n.nspname <> 'information_schema'))
)
select
    c.oid,
    c.nspname as schema,
    c.relname as name,
    case c.relkind when 'r' then case when c.relispartition then 'partition' else 'table' end
                   when 'p' then 'partitioned table' when 'v' then 'view' when 'm' then 'materialized view' when 'f' then 'foreign table'
                   when 'S' then 'sequence' when 'i' then 'index' when 'I' then 'partitioned index' when 'c' then 'composite type'
                   when 't' then 'TOAST table' else c.relkind::text end as kind,
    case c.relpersistence when 't' then 'temporary' when 'u' then 'unlogged' end as persistence,
    pg_get_userbyid(c.relowner) as owner,
    m.amname as method,
    ts.spcname as tablespace,
    array_to_string(c.reloptions, ', ') as options,
    nullif(c.reltuples, -1) as rows,
    case when c.relkind in ('r', 'm', 't', 'i', 'S') then c.relpages::int8 * current_setting('block_size')::int8 end as bytes,
    (select t.relname from pg_index as i join pg_class as t on t.oid = i.indrelid where i.indexrelid = c.oid) as "table",
    (select format('%s start %s increment %s min %s max %s cache %s%s', format_type(s.seqtypid, null), s.seqstart, s.seqincrement, s.seqmin, s.seqmax,
                   s.seqcache, case when s.seqcycle then ' cycle' else '' end)
       from pg_sequence as s where s.seqrelid = c.oid) as sequence,
    (select format('%I.%I', pn.nspname, p.relname)
       from pg_inherits as h join pg_class as p on p.oid = h.inhparent join pg_namespace as pn on pn.oid = p.relnamespace
      where h.inhrelid = c.oid order by h.inhseqno limit 1) as parent,
    (select count(*) from pg_inherits as h where h.inhparent = c.oid) as children,
    case when c.relkind in ('r', 'p', 'm', 't', 'f') then pg_stat_get_live_tuples(c.oid) end as live_rows,
    pg_stat_get_dead_tuples(c.oid) as dead_rows,
    pg_stat_get_mod_since_analyze(c.oid) as modified_rows,
    pg_stat_get_numscans(c.oid) as scans,
    extract(epoch from now() - pg_stat_get_last_analyze_time(c.oid))::float8 as analyzed_ago_s,
    extract(epoch from now() - pg_stat_get_last_autoanalyze_time(c.oid))::float8 as autoanalyzed_ago_s,
    extract(epoch from now() - pg_stat_get_last_vacuum_time(c.oid))::float8 as vacuumed_ago_s,
    extract(epoch from now() - pg_stat_get_last_autovacuum_time(c.oid))::float8 as autovacuumed_ago_s,
    c.relrowsecurity as row_security,
    obj_description(c.oid, 'pg_class') as description
from candidates as c
left join pg_am as m on m.oid = c.relam
left join pg_tablespace as ts on ts.oid = c.reltablespace
where $1::text is not null
   or not exists (select from candidates as other where other.relname = c.relname and other.place < c.place)
order by 2, 3
limit 1000;

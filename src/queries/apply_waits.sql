-- Whom DDL would have to wait for now. $1: tables and indexes, as SQL writes them, and beside each $2: a mode that it has to wait for there;
-- $3: does it wait for every snapshot that is older, in this database (CREATE INDEX CONCURRENTLY does)?
with wanted as (
    select coalesce(i.indrelid, c.oid) as relation, w.mode, min(w.name) as name
    from unnest($1::text[], $2::text[]) as w (name, mode)
    join pg_class as c on c.oid = to_regclass(w.name)
    left join pg_index as i on i.indexrelid = c.oid
    group by 1, 2
), holders as (
    select l.pid, l.virtualtransaction, min(w.name) as held, string_agg(distinct l.mode, ', ') as modes
    from pg_locks as l
    join wanted as w on w.relation = l.relation and w.mode = l.mode
    where l.locktype = 'relation'
      and l.database = (select oid from pg_database where datname = current_database())
      and l.granted
    group by l.pid, l.virtualtransaction
)
select
    a.pid,
    null as gid,
    a.usename as "user",
    a.application_name as application,
    coalesce(a.state, a.backend_type) as state,
    extract(epoch from now() - a.xact_start)::float8 as xact_age_s,
    h.held,
    h.modes,
    left(a.query, 300) as query
from pg_stat_activity as a
left join holders as h on h.pid = a.pid
where a.pid <> pg_backend_pid()
  and (h.pid is not null
       or ($3::boolean and a.datname = current_database() and a.backend_xmin is not null and a.backend_type is distinct from 'autovacuum worker'))
union all
select null, x.gid, x.owner, null, 'prepared', extract(epoch from now() - x.prepared)::float8, h.held, h.modes, null
from holders as h
join pg_locks as own on own.locktype = 'transactionid' and own.virtualtransaction = h.virtualtransaction -- of the session that prepared it
join pg_prepared_xacts as x on x.transaction = own.transactionid
where h.pid is null
order by xact_age_s desc nulls last

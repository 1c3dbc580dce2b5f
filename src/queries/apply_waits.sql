-- Whom DDL would have to wait for now. $1: tables, as SQL writes them; $2: modes that conflict with its locks; $3: does it wait for every
-- transaction that is open in this database (CONCURRENTLY does)?
with tables as (
    select to_regclass(name)::oid as relation, name from unnest($1::text[]) as name
), holders as (
    select l.pid, l.virtualtransaction, min(t.name) as held, string_agg(distinct l.mode, ', ') as modes
    from pg_locks as l
    join tables as t on t.relation = l.relation
    where l.locktype = 'relation'
      and l.database = (select oid from pg_database where datname = current_database())
      and l.granted
      and l.mode = any ($2::text[])
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

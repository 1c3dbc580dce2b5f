-- The lock table as it stands at one instant, and nothing at all while nobody waits. Who blocks whom is worked out by pgwhy:
-- asking pg_blocking_pids for each session is another instant each time, and reads the lock table as often.
-- No ::regclass here: looking a name up takes locks of its own.
with locks as materialized (
    select * from pg_locks
), snapshots as materialized (
    -- SERIALIZABLE READ ONLY DEFERRABLE waits for transactions, each of which is likely to have left a trace of what it read
    select a.pid, a.query_start, blocker
      from pg_stat_activity as a, unnest(pg_safe_snapshot_blocking_pids(a.pid)) as blocker
     where (a.wait_event = 'SafeSnapshot' or a.backend_type is null) -- null: hidden from this role
       and exists (select from locks where mode = 'SIReadLock')
)
select
    locktype,
    database,
    relation,
    page,
    tuple,
    virtualxid,
    transactionid,
    classid,
    objid,
    objsubid,
    virtualtransaction,
    pid,
    mode,
    granted,
    extract(epoch from now() - waitstart)::float8 as wait_s,       --? pg_locks.waitstart
    fastpath
from locks
where mode <> 'SIReadLock' -- blocks nobody, and there may be very many
  and (exists (select from locks where not granted) or exists (select from snapshots))
union all
-- told as if it were a lock of the waiter's that those in its way hold
select
    'safesnapshot',
    null,
    null,
    null,
    null,
    null,
    null,
    null,
    waiter.pid::oid,
    null,
    null,
    party.pid,
    case when party.waits then 'ShareLock' else 'ExclusiveLock' end,
    not party.waits,
    case when party.waits then extract(epoch from now() - waiter.query_start)::float8 end, --? pg_locks.waitstart
    false
from (select pid, min(query_start) as query_start, array_agg(distinct blocker) as blockers from snapshots group by pid) as waiter,
     lateral (select waiter.pid, true as waits union all select unnest(waiter.blockers), false) as party;

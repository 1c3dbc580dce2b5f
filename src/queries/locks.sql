-- The lock table as it stands at one instant, and nothing at all while nobody waits. Who blocks whom is worked out by pgwhy:
-- asking pg_blocking_pids for each session is another instant each time, and reads the lock table as often.
-- No ::regclass here: looking a name up takes locks of its own.
with locks as materialized (
    select * from pg_locks
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
  and exists (select from locks where not granted);

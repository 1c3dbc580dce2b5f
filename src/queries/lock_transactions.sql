-- The virtual transactions of some sessions: with it a session is known again by who may not see since when it is connected.
-- $1: pids, bigint[]
select pid, virtualtransaction
from pg_locks
where locktype = 'virtualxid' and granted and pid = any($1::bigint[]);

-- How far a CREATE INDEX has come, and whom it waits for. $1: the pid that runs it.
select
    p.phase,
    p.lockers_total, p.lockers_done, p.current_locker_pid,
    p.blocks_total, p.blocks_done,
    p.tuples_total, p.tuples_done,
    p.partitions_total, p.partitions_done
from pg_stat_progress_create_index as p
where p.pid = $1::int

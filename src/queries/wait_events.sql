-- What each session at work waits for at this instant: samples, from which the shares of a minute are made. A parallel worker counts for
-- its leader; no wait event is work on the CPU.
select
    pid,
    leader_pid,                                                     --? pg_stat_activity.leader_pid
    query_id,                                                       --? pg_stat_activity.query_id
    wait_event_type || ':' || wait_event as wait_event
from pg_stat_activity
where state = 'active'
  and pid <> pg_backend_pid()
  and backend_type in ('client backend', 'parallel worker', 'autovacuum worker');

-- What a backend of ours waits for right now, and each of its parallel workers. $1: its pid.
select wait_event_type, wait_event, state
from pg_stat_activity
where pid = $1::int
   or leader_pid = $1::int                                          --? pg_stat_activity.leader_pid
order by pid <> $1::int;

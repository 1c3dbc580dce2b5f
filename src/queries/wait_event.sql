-- What a backend of ours waits for right now. $1: its pid.
select wait_event_type, wait_event, state
from pg_stat_activity
where pid = $1::int

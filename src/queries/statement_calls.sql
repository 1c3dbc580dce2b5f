-- What sessions sent last that may be one statement, newest first; whole texts only, as far as this role may see.
-- $1: its queryid (0: not known), $2: its database. Where there are no query identifiers the text has to tell.
select
    query as text,
    extract(epoch from clock_timestamp() - query_start)::float8 as age_s
from pg_stat_activity
where pid <> pg_backend_pid()
  and backend_type = 'client backend'
  and datname = $2
  and $1::bigint is not null
  and (query_id = $1::bigint or query_id is null or $1::bigint = 0)                             --? pg_stat_activity.query_id
  and octet_length(query) < pg_size_bytes(current_setting('track_activity_query_size')) - 4     -- or it may be cut
order by query_start desc
limit 200

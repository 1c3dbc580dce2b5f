select count(*) from events where at > now() - interval '1 hour'

select count(*) from lines where at > now() - interval '1 hour'

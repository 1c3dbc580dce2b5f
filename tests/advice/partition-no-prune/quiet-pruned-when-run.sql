select max(payload) from events where at > $1 and at < $1 + interval '20 days'

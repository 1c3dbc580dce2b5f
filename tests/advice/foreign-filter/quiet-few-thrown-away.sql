select count(payload) from events where device < 40 and at > now() - interval '10 days'

select count(*) from events where payload || kind = 'x'

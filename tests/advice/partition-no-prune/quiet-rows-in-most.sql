select count(*) from events where at::time > '12:00'

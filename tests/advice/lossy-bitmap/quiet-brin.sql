select * from events where at between 100000 and 300000

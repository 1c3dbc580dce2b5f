select count(*) from events where slow_hash(kind) = 2 and device < 4000

select count(*) from stale s join customers c on c.id = s.id where s.kind = 1

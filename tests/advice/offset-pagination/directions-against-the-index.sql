select * from orders order by total, created_at desc limit 20 offset 30000

select * from orders order by created_at desc limit 20 offset 100000

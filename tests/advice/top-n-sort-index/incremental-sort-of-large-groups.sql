select * from orders order by priority, total limit 10

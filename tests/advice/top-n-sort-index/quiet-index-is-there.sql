select * from orders order by total limit 20

select * from orders where status = 'open' order by total limit 20

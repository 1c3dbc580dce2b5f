select customer_id, count(*), sum(total) from orders group by customer_id order by customer_id limit 20 offset 15000

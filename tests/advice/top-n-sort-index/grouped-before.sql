select customer_id, sum(total) from orders group by customer_id order by 2 desc limit 10

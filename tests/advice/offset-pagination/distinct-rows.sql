select distinct customer_id, status from orders where total > 100 order by customer_id desc limit 10 offset 10000

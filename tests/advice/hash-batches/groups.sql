select customer_id + 1, note, count(*) from orders group by 1, 2

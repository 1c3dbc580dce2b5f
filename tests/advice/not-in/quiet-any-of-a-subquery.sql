select id, total from orders where id < 2000 and (customer_id = any (select customer_id from banned) or total > 1000)

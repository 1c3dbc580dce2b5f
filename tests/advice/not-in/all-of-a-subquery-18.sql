select id, total from orders where id < 2000 and not customer_id = any (select customer_id from banned) and customer_id <> all (select customer_id from banned)

select id, total from orders where id < 2000 and customer_id <> all (select customer_id from banned)

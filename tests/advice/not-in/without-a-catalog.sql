select count(*) from customers c where c.id < 400 and c.id not in (select o.customer_id from orders o)

select count(*) from customers c where c.id < 300 and c.id not in (select customer_id from orders) and c.id not in (select customer_id from payments)

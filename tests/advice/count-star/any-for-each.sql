select c.id from customers c where c.region = 'north' or (select count(*) from orders o where o.customer_id = c.id) > 0

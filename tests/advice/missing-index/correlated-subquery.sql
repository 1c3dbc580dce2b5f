select c.id, (select max(o.created_at) from orders o where o.customer_id = c.id) from customers c where c.id < 6

select c.id, (select count(o.note) from orders o where o.customer_id = c.id) from customers c

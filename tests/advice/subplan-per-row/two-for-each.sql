select c.id, c.email, (select count(*) from orders o where o.customer_id = c.id) as orders, (select max(o.total) from orders o where o.customer_id = c.id and o.status <> 'open') from customers c

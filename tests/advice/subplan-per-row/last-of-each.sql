select c.id, (select o.created_at from orders o where o.customer_id = c.id order by o.total desc limit 1) as dearest from customers c

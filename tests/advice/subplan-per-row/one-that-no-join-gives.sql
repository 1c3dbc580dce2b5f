select c.id, (select count(*) from orders o where o.customer_id = c.id and o.total > length(c.email)) from customers c

select count(*) from customers c where c.country = 'xx' or not exists (select from orders o where o.customer_id = c.id and length(o.note) > length(c.name) + 40)

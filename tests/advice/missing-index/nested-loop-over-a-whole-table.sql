select c.name, i.total from customers c join orders i on i.customer_id = c.id where c.id in (5, 77)

select count(*) from orders o join customers c on c.id = o.customer_id where o.priority % 2 = 0 and c.id < 90000

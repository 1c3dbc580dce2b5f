select * from customers c join orders o on o.id = c.id where c.id = 5

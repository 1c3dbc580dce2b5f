select c.name, o.note, o.total from customers c join (select * from orders where status || '' = 'paid') o on c.id = o.customer_id

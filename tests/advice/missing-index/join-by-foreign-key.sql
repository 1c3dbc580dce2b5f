select * from orders o join customers c on c.id = o.customer_id where c.email = 'User77@example.com'

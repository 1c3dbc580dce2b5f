select o.id, o.total, c.email from orders o join customers c on c.id = o.customer_id order by c.region, o.created_at desc limit 20 offset 30000

select o.id from orders o join customers c on c.id = o.customer_id order by c.country, o.total limit 20

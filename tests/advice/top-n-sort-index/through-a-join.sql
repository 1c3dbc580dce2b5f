select o.id, o.total, c.email from orders o join customers c on c.id = o.customer_id order by o.total desc nulls last limit 20

select c.country, sum(o.total) from orders o join customers c on c.id = o.customer_id group by c.country

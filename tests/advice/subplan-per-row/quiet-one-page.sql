select s.*, (select count(*) from orders o where o.customer_id = s.n) from (select customer_id, count(*) as n from orders group by customer_id order by n desc, customer_id limit 20) s

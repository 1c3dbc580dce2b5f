select count(*) from orders o join payments p on p.customer_id = o.customer_id where o.customer_id = 7

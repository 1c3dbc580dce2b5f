select id, customer_id from orders order by customer_id

select * from orders where customer_id > $1 order by created_at limit $2

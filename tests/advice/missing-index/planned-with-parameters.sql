select * from orders where customer_id = $1 and total > $2

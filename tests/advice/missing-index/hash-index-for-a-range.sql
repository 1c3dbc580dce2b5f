select * from orders where customer_id between 4711 and 4712

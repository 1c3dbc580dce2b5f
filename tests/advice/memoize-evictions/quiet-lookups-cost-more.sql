select count(o.id) from (select customer_id from visits offset 0 limit 3000) v join orders o on o.customer_id = v.customer_id * 9 

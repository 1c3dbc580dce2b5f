select count(*) from customers where country = 'xx' or id in (select customer_id from payments)

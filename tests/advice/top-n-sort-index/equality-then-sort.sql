select * from customers where country = 'de' order by created_at limit 5

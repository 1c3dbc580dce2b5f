select * from orders where status = 'paid' and total = 12.34

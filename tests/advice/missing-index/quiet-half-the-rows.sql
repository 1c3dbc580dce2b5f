select * from orders where total > 500

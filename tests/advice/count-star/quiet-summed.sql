SELECT sum(total), count(*) FROM orders

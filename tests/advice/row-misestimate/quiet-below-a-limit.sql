select * from orders where priority % 2 = 0 limit 5

select * from customers where id % 3 >= 0

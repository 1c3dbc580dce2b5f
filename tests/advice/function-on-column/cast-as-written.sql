select * from orders where id::numeric = 4711

select * from orders where id = $1

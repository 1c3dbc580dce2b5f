select * from orders where id::text = '4711'

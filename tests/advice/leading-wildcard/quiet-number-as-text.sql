select * from orders where id::text like '%12345'

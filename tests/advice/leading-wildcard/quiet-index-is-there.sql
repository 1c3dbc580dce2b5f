select * from orders where code like '%12345%'

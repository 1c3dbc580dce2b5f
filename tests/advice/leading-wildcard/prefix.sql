select * from orders where code like 'A1234%'

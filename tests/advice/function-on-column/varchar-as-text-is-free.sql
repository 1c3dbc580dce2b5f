select * from orders where code <> 'C12345' and total < 0

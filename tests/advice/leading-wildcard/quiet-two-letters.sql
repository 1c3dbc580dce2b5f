select * from orders where code like '%99'

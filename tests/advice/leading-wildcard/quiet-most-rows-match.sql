select count(*) from orders where code like '%1%'

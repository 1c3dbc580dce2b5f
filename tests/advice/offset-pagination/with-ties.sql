select * from orders order by total desc fetch first 20 rows with ties offset 50000

select * from orders order by random() limit 20

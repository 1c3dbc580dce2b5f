select * from orders where total between 100 and 900

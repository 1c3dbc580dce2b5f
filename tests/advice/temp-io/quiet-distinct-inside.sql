select count(distinct note || id) from orders

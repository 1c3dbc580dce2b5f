select * from orders where not paid and total > 900

select (select max(amount) from payments), count(*) from orders

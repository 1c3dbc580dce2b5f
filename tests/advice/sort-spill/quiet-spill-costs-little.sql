select count(distinct note) from orders, generate_series(1,3) g where orders.id < 60000

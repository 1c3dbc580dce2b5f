select * from orders as o where o.code = 'K4711'::text

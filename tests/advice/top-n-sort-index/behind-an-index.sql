select * from orders where status = 'paid' order by created_at desc limit 20

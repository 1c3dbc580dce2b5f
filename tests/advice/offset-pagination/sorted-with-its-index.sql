select id, created_at, total from orders where status = 'done' order by created_at desc, id desc limit 20 offset 50000

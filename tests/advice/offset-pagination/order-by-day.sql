select id, total, created_at from orders order by created_at::date desc, id limit 20 offset 100000

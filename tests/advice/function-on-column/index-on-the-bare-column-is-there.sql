select * from orders where created_at::date = '2026-01-05'

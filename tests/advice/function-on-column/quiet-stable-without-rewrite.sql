select * from orders where to_char(created_at, 'YYYY-MM-DD') = '2026-01-05'

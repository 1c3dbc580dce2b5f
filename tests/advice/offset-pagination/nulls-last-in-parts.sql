select id, shipped_at from orders order by shipped_at limit 10 offset 20000

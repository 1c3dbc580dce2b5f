SELECT id, count(*) OVER () AS n FROM orders WHERE id < 300 ORDER BY id LIMIT 20

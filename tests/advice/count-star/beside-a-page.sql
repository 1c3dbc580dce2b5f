SELECT id, total, count(*) OVER () AS total_rows FROM orders WHERE status = 'done' ORDER BY id LIMIT 20

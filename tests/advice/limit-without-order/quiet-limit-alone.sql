SELECT id, total FROM orders WHERE status = 'done' LIMIT 20

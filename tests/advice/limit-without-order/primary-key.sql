SELECT id, total FROM orders o WHERE status = 'done' LIMIT 20 OFFSET 40

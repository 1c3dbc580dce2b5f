SELECT id FROM (SELECT id, total FROM orders OFFSET 0) o WHERE total > 5 LIMIT 5

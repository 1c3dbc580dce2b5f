SELECT count(*) OVER (), o.* FROM orders o ORDER BY created_at DESC LIMIT 20

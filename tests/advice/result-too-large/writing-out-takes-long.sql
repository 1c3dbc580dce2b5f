SELECT id, created_at, shipped_at, code FROM orders

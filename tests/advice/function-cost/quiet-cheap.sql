SELECT id, upper(status) FROM orders

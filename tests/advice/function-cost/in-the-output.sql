SELECT id, slow_fee(total) FROM orders

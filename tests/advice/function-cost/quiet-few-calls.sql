SELECT id, slow_fee(total) FROM orders WHERE id < 900

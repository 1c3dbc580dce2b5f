UPDATE orders SET total = 0 WHERE id < 5000

SELECT count(*) FROM orders o JOIN rates r ON o.id > r.id WHERE o.id < 10000

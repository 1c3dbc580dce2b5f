SELECT o.id, r.rate FROM orders o JOIN rates r ON o.created_at >= r.valid_from AND o.created_at < r.valid_to WHERE o.id < 2000 AND r.id < 20

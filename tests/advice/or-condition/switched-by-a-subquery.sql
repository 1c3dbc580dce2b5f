SELECT id, total FROM orders WHERE agent_id = (SELECT max(id) / 60 FROM products) OR (SELECT max(id) FROM products) = 0

SELECT id, total FROM orders WHERE agent_id = 17 OR id = 5

SELECT id, total FROM orders WHERE agent_id = 17 OR total * 2 = 19.4

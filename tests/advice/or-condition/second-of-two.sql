SELECT id, total FROM orders WHERE (total > 900 OR total * 2 < 1900) AND (agent_id = 17 OR id = 5)

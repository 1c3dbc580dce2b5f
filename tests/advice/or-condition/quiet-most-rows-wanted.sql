SELECT id, total FROM orders WHERE status = 'done' OR agent_id = 17

SELECT id, total FROM orders WHERE status = 'open' AND (agent_id = 17 OR code = 'abc')

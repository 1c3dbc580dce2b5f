SELECT id, total FROM orders WHERE agent_id = 17 OR code = 'abc'

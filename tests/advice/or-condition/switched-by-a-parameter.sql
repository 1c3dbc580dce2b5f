SELECT id, total FROM orders WHERE agent_id = $1 OR $1 IS NULL

SELECT id FROM orders WHERE slow_fee(total) > 100 AND agent_id < 1800

SELECT DISTINCT customer_id FROM orders WHERE status = 'done' AND agent_id < 1000

SELECT o.agent_id, count(*) FROM orders o JOIN items i ON i.order_id = o.id WHERE i.quantity = 3 GROUP BY o.agent_id

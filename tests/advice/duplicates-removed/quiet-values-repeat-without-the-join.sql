SELECT DISTINCT o.agent_id FROM orders o, items i WHERE i.order_id = o.id AND i.quantity = 3

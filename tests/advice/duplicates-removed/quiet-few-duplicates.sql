SELECT DISTINCT o.id, o.total FROM orders o JOIN items i ON i.order_id = o.id WHERE i.quantity = 3 AND o.id < 50000

DELETE FROM items USING orders o WHERE o.id = order_id AND o.status = 'done'

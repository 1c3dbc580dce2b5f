UPDATE items SET order_id = order_id + 1, (quantity, price) = (1, 2) WHERE id > 10

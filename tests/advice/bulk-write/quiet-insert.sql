INSERT INTO items SELECT id + 10000000, order_id, product_id, quantity, price FROM items

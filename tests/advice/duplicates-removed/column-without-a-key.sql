SELECT DISTINCT p.name FROM items AS i, products AS p WHERE i.product_id = p.id AND (i.quantity = 3 OR p.to_price IS NULL)

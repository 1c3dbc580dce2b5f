SELECT p.name FROM products p JOIN items i ON i.product_id = p.id GROUP BY p.name

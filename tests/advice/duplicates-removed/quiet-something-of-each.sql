SELECT DISTINCT p.category, i.quantity FROM products p JOIN items i ON i.product_id = p.id

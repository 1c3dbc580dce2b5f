SELECT DISTINCT p.category FROM products p JOIN items i ON i.product_id = p.id JOIN orders o ON o.id = i.order_id WHERE o.status = 'open'

SELECT p.id, o.total FROM products p JOIN orders o ON o.id = p.id WHERE p.name = 'product 7' OR p.from_price = 3.5

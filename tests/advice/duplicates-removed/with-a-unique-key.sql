SELECT DISTINCT p.id, p.name
FROM products p
JOIN items i ON i.product_id = p.id
WHERE i.quantity = 3 AND p.category = 'c3'
ORDER BY p.name

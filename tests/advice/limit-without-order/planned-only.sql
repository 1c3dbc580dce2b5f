SELECT o.id, c.name FROM orders o JOIN customers c ON c.id = o.customer_id OFFSET 10 ROWS FETCH FIRST 20 ROWS ONLY

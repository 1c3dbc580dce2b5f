SELECT * FROM customers ORDER BY email LIMIT 20

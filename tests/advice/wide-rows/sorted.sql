SELECT * FROM customers ORDER BY email

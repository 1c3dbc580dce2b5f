SELECT id, notes FROM customers ORDER BY email

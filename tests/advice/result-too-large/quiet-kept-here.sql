CREATE TABLE copied AS SELECT o.*, c.notes FROM orders o JOIN customers c ON c.id = o.customer_id

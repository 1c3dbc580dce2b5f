SELECT c.country, count(*) FROM orders o JOIN customers c ON c.id = o.customer_id WHERE c.email = 'user77@example.com' OR o.code = 'abc' GROUP BY c.country

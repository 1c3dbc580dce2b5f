WITH f AS MATERIALIZED (SELECT * FROM rates WHERE rate < 60) SELECT o.id, f.rate FROM orders o LEFT JOIN f ON abs(extract(epoch FROM o.created_at - f.valid_from)) < 3600 WHERE o.id < 30000

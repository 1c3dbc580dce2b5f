WITH f AS MATERIALIZED (SELECT * FROM rates WHERE rate < 60) SELECT o.id FROM orders o, f WHERE abs(extract(epoch FROM o.created_at - f.valid_from)) < 3600 AND o.id < 30000

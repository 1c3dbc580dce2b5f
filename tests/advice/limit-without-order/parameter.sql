SELECT id AS total FROM orders -- all
OFFSET $1 LIMIT 20

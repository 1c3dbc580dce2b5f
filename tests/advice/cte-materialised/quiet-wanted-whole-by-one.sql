WITH sums AS (SELECT order_id, count(*) AS items FROM items GROUP BY order_id) SELECT (SELECT sum(items) FROM sums), items FROM sums WHERE order_id = 5

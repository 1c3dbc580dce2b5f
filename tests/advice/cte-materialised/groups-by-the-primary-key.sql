WITH sums AS (SELECT order_id, count(*) AS items, sum(price) AS total FROM items GROUP BY order_id)
SELECT a.items, b.items FROM sums a, sums b WHERE a.order_id = 5 AND b.order_id = 6

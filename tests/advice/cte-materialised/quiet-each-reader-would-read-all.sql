WITH sums AS (SELECT customer_id, count(*) AS orders, sum(total) AS total FROM orders GROUP BY customer_id)
SELECT a.orders, b.orders FROM sums a, sums b WHERE a.customer_id = 5 AND b.customer_id = 6

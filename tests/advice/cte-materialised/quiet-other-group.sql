WITH sums AS MATERIALIZED (SELECT customer_id, sum(total) AS total FROM orders GROUP BY customer_id) SELECT * FROM sums WHERE total > 9999999

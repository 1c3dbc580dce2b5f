WITH recent AS MATERIALIZED (SELECT * FROM orders WHERE total > 0.1)
SELECT total FROM recent WHERE id = 5

WITH "Recent" (a, b) AS MATERIALIZED (SELECT id, total FROM orders) SELECT b FROM "Recent" WHERE a = 5

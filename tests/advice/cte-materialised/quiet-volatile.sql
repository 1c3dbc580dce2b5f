WITH recent AS (SELECT *, random() AS r FROM orders) SELECT total FROM recent WHERE id = 5

SELECT count(*) AS total FROM items i

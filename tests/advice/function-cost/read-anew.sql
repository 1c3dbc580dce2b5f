SELECT o.id, p.part FROM orders o, parts_of(o.id) AS p (part) WHERE o.id < 60000

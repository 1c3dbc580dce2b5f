select id, note from orders where country = 'de' and total < 0.05::float8

select count(*) from orders where total > 100::float8

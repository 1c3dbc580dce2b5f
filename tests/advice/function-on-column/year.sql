select count(*) from orders where extract(year from created_at) = 2020

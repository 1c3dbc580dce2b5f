select count(*) from orders o, generate_series(1, length(o.status)) n

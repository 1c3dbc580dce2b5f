select count(*) from generate_series(1, 2000000) g

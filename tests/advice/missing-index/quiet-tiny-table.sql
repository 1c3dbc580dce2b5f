select count(*) from tiny t, generate_series(1, 2000) g where t.k = g

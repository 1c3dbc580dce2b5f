select max(md5(md5(md5(g::text)))) from generate_series(1, 300000) g

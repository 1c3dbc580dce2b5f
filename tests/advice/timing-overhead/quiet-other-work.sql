select max(md5(md5(md5(g::text || e.payload)))) from events e, generate_series(1, 15) g

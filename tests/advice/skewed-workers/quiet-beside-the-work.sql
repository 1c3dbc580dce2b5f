select (select count(*) from parts where md5(v) < '8'), max(md5(md5(md5(g::text)))) from generate_series(1, 3000000) g

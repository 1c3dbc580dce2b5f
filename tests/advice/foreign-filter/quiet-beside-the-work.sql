select (select count(*) from events where id < 2000 and at < now() - interval '1500 seconds'), count(*), max(md5(g::text)) from generate_series(1, 300000) g

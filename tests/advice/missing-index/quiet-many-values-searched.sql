select * from few where kind = 2 and ref = any (array(select (random()*100000)::int from generate_series(1,2000)))

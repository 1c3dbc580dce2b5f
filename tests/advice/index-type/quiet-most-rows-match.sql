select id from docs where tags && (select array_agg(g) from generate_series(0, 60) g)

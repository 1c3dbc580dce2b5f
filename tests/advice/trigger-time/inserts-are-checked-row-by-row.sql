insert into orders select g, 1 + g % 20000, 'y' from generate_series(300001,330000) g

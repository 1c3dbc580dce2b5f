insert into customers select g, 'd' from generate_series(50001,50200) g

select count(*) from events e, generate_series(1, 15) g

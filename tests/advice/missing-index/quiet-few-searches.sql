select f.*, g.id from few f, generate_series(1,2000) g(id) where f.ref between g.id*10 and g.id*10 + 1

select * from measures where sensor = 77

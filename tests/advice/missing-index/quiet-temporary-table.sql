select * from scratch where k = 5

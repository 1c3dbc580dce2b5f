select * from readings where drift between 700000 and 701000

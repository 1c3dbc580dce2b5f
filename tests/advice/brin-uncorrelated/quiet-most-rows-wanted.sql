select count(*) from readings where drift between 300000 and 900000

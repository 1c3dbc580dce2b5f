select * from tickets where weight = 77 order by opened limit 10

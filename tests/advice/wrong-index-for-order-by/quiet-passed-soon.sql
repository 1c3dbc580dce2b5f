select * from tickets where tenant = 7 order by opened limit 10

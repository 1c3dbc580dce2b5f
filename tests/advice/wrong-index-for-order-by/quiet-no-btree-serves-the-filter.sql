select * from tickets where title like '%39999%' order by opened limit 10

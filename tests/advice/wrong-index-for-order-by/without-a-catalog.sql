select id, title from tickets where weight = 77 order by opened desc limit 10

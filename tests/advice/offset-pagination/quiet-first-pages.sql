select * from events order by id limit 20 offset 40

select * from events order by id limit 50 offset 200000

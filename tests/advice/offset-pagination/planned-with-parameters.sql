select * from events order by id limit $1 offset $2

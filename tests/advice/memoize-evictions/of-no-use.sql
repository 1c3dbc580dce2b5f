select count(c.name) from events e join customers c on c.id = e.id where e.id < 200000

select count(*), max(p.name), max(c.name) from parents p join children c on c.other_id = p.id

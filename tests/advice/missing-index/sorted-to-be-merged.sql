select count(*), max(p.name), max(c.name) from parents p join children c on c.parent_id = p.id

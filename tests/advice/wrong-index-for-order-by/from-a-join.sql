select t.*, a.name from tickets t join agents a on a.id = t.tenant where t.weight between 5000 and 5001 order by t.opened limit 20

select id, note from orders order by note, id limit 900000

select id, note from orders order by note, id

select * from orders where lower(note) like '%abcdef%'

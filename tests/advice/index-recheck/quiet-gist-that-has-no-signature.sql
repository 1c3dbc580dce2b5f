select id from notes where body like '%a1b%'

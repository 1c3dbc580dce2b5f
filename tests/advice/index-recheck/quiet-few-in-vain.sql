select id from docs where body like '%number 19%'

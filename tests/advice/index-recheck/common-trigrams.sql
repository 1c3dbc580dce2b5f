select id from docs where body like '%ber 9%'

select count(*) from items

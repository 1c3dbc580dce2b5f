select count(*) from passing where kind < 5

select count(note) from calls where country = 'c7' and language = 'l7'

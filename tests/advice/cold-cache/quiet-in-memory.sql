select sum(length(note)) from big where id < 60000

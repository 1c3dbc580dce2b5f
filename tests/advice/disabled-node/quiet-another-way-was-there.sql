select sum(v) from big where id between 100 and 200000

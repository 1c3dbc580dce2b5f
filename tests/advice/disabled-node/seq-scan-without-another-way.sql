select sum(v) from big where v < 100

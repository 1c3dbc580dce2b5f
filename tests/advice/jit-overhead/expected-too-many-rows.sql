select sum(v + 1), max(v * 2) from big where v > (select 299990)

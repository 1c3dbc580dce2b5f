select k, sum(v * 1.5 + id), count(*) filter (where v > 10) from big where id < 20000 group by k

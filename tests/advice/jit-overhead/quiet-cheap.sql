select sum(v * 1.5 + id) from big

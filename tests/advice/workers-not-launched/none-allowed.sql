select sum(sqrt(v) + length(md5(note))) from big

select sum(sqrt(v) * sin(v) + cos(id) + length(md5(note))) from big a

select sum(length(md5(md5(note)))) from big

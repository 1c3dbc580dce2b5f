with s as materialized (select sum(v) from big where id < 100000) select count(md5(md5(a::text) || (select sum from s))) from generate_series(1,400000) a

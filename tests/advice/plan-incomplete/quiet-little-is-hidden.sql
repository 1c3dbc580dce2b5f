select (select max(x) from (select id x from accounts where id < 50 order by note limit 5) s), count(*) from even where md5(v) < '8'

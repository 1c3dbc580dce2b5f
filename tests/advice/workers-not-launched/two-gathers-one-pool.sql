select * from (select count(*) from even where md5(v) < '8') a, (select count(*) from parts_big where md5(v) < '3') b

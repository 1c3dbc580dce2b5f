delete from even where md5(v) < '8'

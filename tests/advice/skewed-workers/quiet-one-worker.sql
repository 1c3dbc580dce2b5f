select count(*) from parts where md5(v) < '8'

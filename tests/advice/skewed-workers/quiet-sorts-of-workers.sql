select v from parts where md5(v) < '8' order by md5(v) limit 50

select v from even order by md5(v) limit 100

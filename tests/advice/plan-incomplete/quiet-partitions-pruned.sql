select count(*) from (select v from parts where region = length(current_setting('port')) + 40 order by v limit 10) s union all select count(*) from even where md5(v) < '8'

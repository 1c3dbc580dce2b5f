with w as materialized (select id, note from orders) select count(*), max(id) from w where length(note) > 10 union all select count(*), max(id) from w

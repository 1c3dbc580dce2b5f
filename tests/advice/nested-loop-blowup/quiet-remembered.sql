select count(*) from a join b on b.a_id = a.id join c on c.b_id = b.id join d on d.c_id = c.id

select * from big order by v, note
